"""The problem of a translation: pictures in pairs, as trainers see them: a number and its gradient by θ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from limner.arrays.namespace import namespace
from limner.stages.context import Context
from limner.stages.problem import Example, PairsProblem, batches_per_epoch
from limner.training.image_problem import Judgement
from limner.translation.evaluator import Jury
from limner.translation.example_loader import Examples
from limner.utils.limits import MAX_SEED
from limner.utils.seeding import child_rng

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.models.image_to_image import Translator
    from limner.stages.backend import Backend, Runner
    from limner.stages.loss import Loss

Item = TypeVar("Item")
Result = TypeVar("Result")

TILE = 2**15
"""Pixels of a tile, at most: eight pictures of 64 x 64. A constant, for sums change their last bits with it."""
WORTH = 2**12
"""Pixels of a tile from which on a small batch is cut in two, so that two cores have work."""


class TranslationProblem(PairsProblem):
    """Pictures to be taken to others. ``points`` counts pictures, and a batch looks at so many.

    Tiles of a few pictures run in parallel and are summed in a fixed order, so nothing depends on the threads. Where
    the network looks at a batch as a whole it is one tile.

    Args:
        model: what learns.
        examples: what it learns from.
        loss: how far two pictures are apart.
        backend: whose arrays these are.
        runner: of that backend; open for as long as the problem is asked.
        theta: θ at the start.
        drawn: a θ of the model from a seed.
    """

    def __init__(
        self,
        model: Translator,
        examples: Examples,
        loss: Loss,
        backend: Backend,
        runner: Runner,
        theta: np.ndarray,
        drawn: Callable[[int], np.ndarray],
    ) -> None:
        self.model, self.examples, self.loss, self.backend, self.runner = model, examples, loss, backend, runner
        self.learned, self.units = model.layout.learned, model.layout.units
        self._start, self._drawn = theta, drawn
        self.context = Context(
            size=examples.pairs.size, seed=model.recipe.seed, backend=backend, training=True, input_gradient=False
        )
        self.points = len(examples.pairs.training)
        self.judged = len(examples.pairs.held)
        self.channels, self.size = model.fan_in, examples.target_size
        self._cut = self.pictures(examples.pairs.size)
        self.jury = Jury(model, examples, loss, self.context, self._cut)
        self._permutation = lru_cache(maxsize=1)(self._shuffled)

    @staticmethod
    def pictures(size: tuple[int, int]) -> int:
        """How many pictures of a width and height are a tile, at most."""
        return max(1, TILE // (size[0] * size[1]))

    def cut(self, batch: int) -> int:
        """How many pictures of a batch are a tile: it depends on their number and size alone."""
        width, height = self.examples.pairs.size
        return min(self._cut, max(-(-batch // 2), -(-WORTH // (width * height))))

    def value(self, theta: Array, ctx: Context, batch: int = 0) -> Array:
        """The loss over the batch of this step, or over all; of every row of a population, one after the other."""
        if theta.ndim > 1:
            return namespace(theta).stack([self.value(theta[i, :], ctx, batch) for i in range(theta.shape[0])])
        index = self._batch(ctx.step, batch)
        parts = list(self._spread(lambda tile: self._loss(theta, tile, ctx), index))
        return sum(value for value, _ in parts) / self._divisor(sum(count for _, count in parts))

    def value_and_grad(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array]:
        """The loss and its gradient."""
        index = self._batch(ctx.step, batch)
        divisor = self._divisor(index.shape[0])
        parts = self._spread(lambda tile: self._gradient(theta, tile, ctx, divisor), index)
        total, gradient = next(parts)
        for value, part in parts:
            total = total + value
            gradient += part  # in place: it is ours since the pullback
        return total / divisor, gradient

    def tiles(
        self, function: Callable[[Example, Context], Result], ctx: Context, batch: int, *, whole: bool = False
    ) -> list[Result]:
        """The function of each tile of this step's pictures, in order."""

        def of(tile: tuple[int, np.ndarray]) -> Result:
            with np.errstate(all="ignore"):  # threads have a setting of their own
                return function(*self._example(tile, ctx))

        return list(self._spread(of, self._batch(ctx.step, batch), whole=whole))

    def side_by_side(self, function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """The function of each of what ``tiles`` gave, in order."""

        def of(item: Item) -> Result:
            with np.errstate(all="ignore"):
                return function(item)

        return [of(item) for item in items] if len(items) == 1 else list(self.runner.map(of, items))

    def translate(self, theta: Array, example: Example, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        """What the network makes of an example, and the pullback to θ."""
        return self.model.vjp(theta, example.samples, ctx)

    def normal_equations(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array, Array]:
        """None: there are too many outputs.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("pictures have too many numbers for derivatives of each; choose trainer backprop")

    def judge(self, theta: Array) -> Judgement:
        """How good θ is over the pictures that are held out."""
        return self.jury.judge(theta)

    def draw(self, number: int) -> Array:
        """Another start, from a seed that follows from the recipe's and the number."""
        fresh = self._drawn(int(child_rng(self.context.seed, "start", number).integers(MAX_SEED)))
        return self.backend.asarray(np.where(self.learned, fresh, self._start).astype(self._start.dtype))

    def _loss(self, theta: Array, tile: tuple[int, np.ndarray], ctx: Context) -> tuple[Array, int]:
        example, at = self._example(tile, ctx)
        with np.errstate(all="ignore"):
            y = self.model.forward(theta, example.samples, at)
            return namespace(y).sum(self.loss.value(y, example.target)), y.shape[1]

    def _gradient(self, theta: Array, tile: tuple[int, np.ndarray], ctx: Context, divisor: int) -> tuple[Array, Array]:
        """A tile's loss, not divided, and its part of the gradient."""
        example, at = self._example(tile, ctx)
        with np.errstate(all="ignore"):
            y, pull = self.model.vjp(theta, example.samples, at)
            value, pull_loss = self.loss.vjp(y, example.target)
            xp = namespace(value)
            return xp.sum(value), pull(pull_loss(xp.ones_like(value) * (1.0 / divisor)))

    def _example(self, tile: tuple[int, np.ndarray], ctx: Context) -> tuple[Example, Context]:
        number, index = tile
        at = replace(self.context, step=ctx.step, progress=ctx.progress)
        return self.examples.varied(index, at), replace(at, tile=number)

    def _spread(
        self, function: Callable[[tuple[int, np.ndarray]], Result], index: np.ndarray, *, whole: bool = False
    ) -> Iterator[Result]:
        """The function of each tile, in order; one tile alone is done by the thread that asks."""
        count = self.cut(index.shape[0])
        if whole or self.model.mixes or index.shape[0] <= count:
            return iter([function((0, index))])
        tiles = enumerate(index[i : i + count] for i in range(0, index.shape[0], count))
        return self.runner.map(function, tiles)

    def _batch(self, step: int, batch: int) -> np.ndarray:
        """The places of this step's pictures: of each epoch's order, one stretch after the other."""
        if not 0 < batch < self.points:
            return self.examples.pairs.training
        epoch, place = divmod(step, batches_per_epoch(self.points, batch))
        return self._permutation(epoch)[place * batch : (place + 1) * batch]

    def _shuffled(self, epoch: int) -> np.ndarray:
        return child_rng(self.context.seed, "batches", epoch).permutation(self.examples.pairs.training)

    def _divisor(self, pictures: int) -> int:
        return self.loss.divisor(3, self._pixels(pictures))

    def _pixels(self, pictures: int) -> int:
        width, height = self.examples.target_size
        return pictures * width * height
