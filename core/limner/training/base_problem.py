"""The base class of training problems: it splits work into tiles and sums losses and gradients in a fixed order."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from copy import copy
from dataclasses import replace
from functools import lru_cache
from math import inf, log10
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar, cast

import numpy as np

from limner.arrays.namespace import namespace, total
from limner.models import factory
from limner.models.nonfinite import NonfiniteFinder
from limner.registry.attribution import owner_of
from limner.stages.optimization.problem import Problem, batches_per_epoch
from limner.utils.limits import MAX_SEED
from limner.utils.seeding import child_rng

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.composition.recipe import SingleRecipe
    from limner.models.field import FieldModel
    from limner.stages.backend import Backend, Runner
    from limner.stages.context import Context
    from limner.stages.loss import Loss
    from limner.stages.optimization.trainer import Trainer

Tile = TypeVar("Tile")
Item = TypeVar("Item")
Result = TypeVar("Result")


class Evaluation(NamedTuple):
    """The quality of a θ, as measured during training.

    Attributes:
        loss: the loss of what the model outputs.
        psnr: the PSNR of the clamped output, in dB.
        ssim: the mean SSIM; None unless it was measured.
    """

    loss: float
    psnr: float
    ssim: float | None = None


class BaseProblem(Problem, Generic[Tile]):
    """A model, targets and a loss: the problem that a trainer solves.

    Tiles run in parallel. Their results are summed in a fixed order, so the sums do not depend on the threads.

    Args:
        model: the model to train.
        loss: the distance between the model's output and the target.
        backend: the backend of all arrays.
        runner: a runner of that backend, open for as long as the problem is used.
        theta: θ before the first step.
        init_params: returns the initial θ for a seed.
        context: the context of the training; each step sets its own ``step`` and ``progress``.
        targets: the number n of targets, with the indices 0 to n - 1, or the indices themselves. An epoch visits each
            once.
    """

    def __init__(
        self,
        model: FieldModel,
        loss: Loss,
        backend: Backend,
        runner: Runner,
        theta: np.ndarray,
        init_params: Callable[[int], np.ndarray],
        context: Context,
        targets: int | np.ndarray,
    ) -> None:
        self.model, self.loss, self.backend, self.runner, self.context = model, loss, backend, runner, context
        self.trainable, self.units = model.layout.trainable, model.layout.units
        self.points = targets if isinstance(targets, int) else len(targets)
        self._initial_theta, self._init_params, self._targets = theta, init_params, targets
        self._permutation = lru_cache(maxsize=1)(self._epoch_order)

    @property
    @abstractmethod
    def num_evaluated(self) -> int:
        """The number of targets that ``evaluate`` uses, in the unit of ``points``."""

    @abstractmethod
    def evaluate(self, theta: Array) -> Evaluation:
        """Return the quality of a θ."""

    def value(self, theta: Array, ctx: Context, batch: int = 0) -> Array:
        """Return the loss over all targets or this step's batch; for a population, the loss of every row."""
        if theta.ndim > 1:
            return self._values(theta, ctx, batch)
        divisor, tiles = self._work(ctx.step, batch)
        return total(self._map(lambda tile: self._loss(theta, tile, ctx), tiles)) / divisor

    def value_and_grad(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array]:
        """Return the loss and its gradient over all targets or this step's batch."""
        divisor, tiles = self._work(ctx.step, batch)
        parts = self._map(lambda tile: self._gradient(theta, tile, ctx, divisor), tiles)
        total, gradient = next(parts)
        for value, part in parts:
            total = total + value
            gradient += part  # in place: the pullback returned a new array
        return total / divisor, gradient

    def reinitialize(self, number: int) -> Array:
        """Return another initial θ, seeded by the recipe's seed and the number; frozen parameters are unchanged."""
        fresh = self._init_params(int(child_rng(self.context.seed, "start", number).integers(MAX_SEED)))
        return self.backend.asarray(
            np.where(self.trainable, fresh, self._initial_theta).astype(self._initial_theta.dtype)
        )

    def nonfinite_culprit(self, thetas: Iterable[Array], trainer: Trainer) -> str:
        """Return a sentence naming the plugin that returned numbers that are not finite; empty if none did.

        Args:
            thetas: the parameters to evaluate the loss and its gradient at; those that are not finite are skipped.
            trainer: the trainer that made the parameters; it is named if some are not finite and nothing
                else is found.
        """
        finite = True
        for theta in thetas:
            if not bool(namespace(theta).all(namespace(theta).isfinite(theta))):
                finite = False
                continue
            finder, instrumented = NonfiniteFinder(), copy(self)
            instrumented.model, instrumented.loss = (
                cast("FieldModel", finder.watch(self.model)),
                finder.watch_stage(self.loss),
            )
            with suppress(Exception):  # the diagnosis must not hide the divergence
                instrumented.value_and_grad(theta, self.context)
                instrumented.evaluate(theta)
            if finder.stage is not None:
                culprit = finder.owner()
                return f"{culprit}: returns numbers that are not finite" if culprit else ""
        owner = None if finite else owner_of(trainer)
        return f"{owner}: returns parameters that are not finite" if owner else ""

    @abstractmethod
    def _work(self, step: int, batch: int) -> tuple[int, Iterable[Tile]]:
        """Return the divisor of the summed loss and the tiles of a step."""

    @abstractmethod
    def _loss(self, theta: Array, tile: Tile, ctx: Context) -> Array:
        """Return the summed loss of a tile."""

    @abstractmethod
    def _gradient(self, theta: Array, tile: Tile, ctx: Context, divisor: int) -> tuple[Array, Array]:
        """Return the summed loss of a tile, and the tile's part of the gradient of the divided loss."""

    def _values(self, theta: Array, ctx: Context, batch: int) -> Array:
        """Return the loss of every row of a population, ``(p,)``; the rows are evaluated one after the other."""
        return namespace(theta).stack([self.value(theta[i, :], ctx, batch) for i in range(theta.shape[0])])

    def _map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield the result of the function for every item, in order."""
        return self.runner.map(function, items)

    def _training_context(self, ctx: Context) -> Context:
        """Return the training context with the step and progress of ``ctx``."""
        return replace(self.context, step=ctx.step, progress=ctx.progress)

    def _batch_indices(self, step: int, batch: int) -> np.ndarray:
        """Return the indices of the targets of a step's batch: consecutive slices of the epoch's shuffled order."""
        epoch, batch_number = divmod(step, batches_per_epoch(self.points, batch))
        return self._permutation(epoch)[batch_number * batch : (batch_number + 1) * batch]

    def _epoch_order(self, epoch: int) -> np.ndarray:
        """Return the indices of all targets in the shuffled order of an epoch."""
        return child_rng(self.context.seed, "batches", epoch).permutation(self._targets)


def param_initializer(recipe: SingleRecipe) -> Callable[[int], np.ndarray]:
    """Return a function that returns the initial θ of a resolved recipe for a seed."""
    return lambda seed: factory.model_of(recipe.with_seed(seed)).init_params()


def psnr_of(mean_squared_error: float) -> float:
    """Return the PSNR in dB of values from 0 to 1; infinite for an exact match."""
    return -10 * log10(mean_squared_error) if mean_squared_error > 0 else inf
