"""Frozen parameters: trainers get a gradient of 0 for them and cannot change them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from limner.arrays.namespace import device, namespace
from limner.stages.optimization.problem import PairsProblem, Problem

if TYPE_CHECKING:
    import numpy as np

    from limner.arrays.namespace import Array
    from limner.stages.context import Context
    from limner.stages.optimization.problem import Example

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class TrainableMask:
    """Which parameters are trainable, as an array in the library and on the device of θ.

    Attributes:
        array: booleans ``(len θ,)``; None if all parameters are trainable, the common case, which then costs nothing.
    """

    array: Array | None

    @staticmethod
    def of(trainable: np.ndarray, theta: Array) -> TrainableMask:
        """Return the mask for booleans on the host, in the library and on the device of θ."""
        if trainable.all():
            return TrainableMask(None)
        return TrainableMask(namespace(theta).asarray(trainable, device=device(theta)))

    def zero_frozen(self, gradient: Array) -> Array:
        """Return a gradient with 0 for frozen parameters, even where it was NaN."""
        if self.array is None:
            return gradient
        xp = namespace(gradient)
        return xp.where(self.array, gradient, xp.zeros_like(gradient))

    def keep_frozen(self, moved: Array, theta: Array) -> Array:
        """Return ``moved``, one θ or rows of them, with the frozen parameters of ``theta``, -0.0 and NaN included."""
        return moved if self.array is None else namespace(theta).where(self.array, moved, theta)


class MaskedProblem(Problem):
    """A problem whose gradients are 0 where a parameter is frozen.

    Every θ is evaluated with the frozen parameters of the θ that the step began with.
    """

    def __init__(self, base: Problem, mask: TrainableMask, theta: Array) -> None:
        self.base, self._mask, self._theta = base, mask, theta
        self.trainable, self.units, self.points = base.trainable, base.units, base.points

    def reinitialize(self, number: int) -> Array:
        """Return another initial θ for this number."""
        return self.base.reinitialize(number)

    def value(self, theta: Array, ctx: Context, batch: int = 0) -> Array:
        """Return the loss of θ, or of every row of a population."""
        return self.base.value(self._with_frozen(theta), ctx, batch)

    def value_and_grad(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array]:
        """Return the loss of θ and its gradient, which is 0 for frozen parameters."""
        value, gradient = self.base.value_and_grad(self._with_frozen(theta), ctx, batch)
        return value, self._mask.zero_frozen(gradient)

    def normal_equations(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array, Array]:
        """Return the loss, JᵀJ and the gradient; entries, rows and columns of frozen parameters are 0."""
        value, square, gradient = self.base.normal_equations(self._with_frozen(theta), ctx, batch)
        rows = self._mask.zero_frozen(namespace(square).matrix_transpose(self._mask.zero_frozen(square)))
        return value, namespace(square).matrix_transpose(rows), self._mask.zero_frozen(gradient)

    def _with_frozen(self, theta: Array) -> Array:
        return theta if theta is self._theta else self._mask.keep_frozen(theta, self._theta)


class _MaskedPairsProblem(MaskedProblem, PairsProblem):
    """An image-to-image problem whose gradients are 0 where a parameter is frozen."""

    base: PairsProblem

    def __init__(self, base: PairsProblem, mask: TrainableMask, theta: Array) -> None:
        super().__init__(base, mask, theta)
        self.channels, self.size, self.loss = base.channels, base.size, base.loss

    def map_tiles(
        self, function: Callable[[Example, Context], Result], ctx: Context, batch: int, *, whole_batch: bool = False
    ) -> list[Result]:
        """Return the result of a function for each tile."""
        return self.base.map_tiles(function, ctx, batch, whole_batch=whole_batch)

    def parallel_map(self, function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """Return the result of a function for each item, computed in parallel."""
        return self.base.parallel_map(function, items)

    def translate(self, theta: Array, example: Example, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        """Return the output of the network and the pullback to θ, whose gradient is 0 for frozen parameters."""
        output, pull = self.base.translate(self._with_frozen(theta), example, ctx)
        return output, lambda dy: self._mask.zero_frozen(pull(dy))


def masked_problem(problem: Problem, mask: TrainableMask, theta: Array) -> Problem:
    """Return the problem with frozen parameters masked; the problem itself if all parameters are trainable."""
    base = problem.base if isinstance(problem, MaskedProblem) else problem
    if mask.array is None:
        return base
    if isinstance(base, PairsProblem):
        return _MaskedPairsProblem(base, mask, theta)
    return MaskedProblem(base, mask, theta)
