"""The problem that a trainer solves: its loss, its gradients and, between images, its examples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    import numpy as np

    from limner.arrays.namespace import Array
    from limner.stages.context import Context, Samples
    from limner.stages.loss import Loss

Item = TypeVar("Item")
Result = TypeVar("Result")


def batches_per_epoch(points: int, batch: int) -> int:
    """Return how many steps see every point once; ``batch`` 0 is all points at once."""
    return 1 if batch == 0 else -(-points // batch)


class Problem(Protocol):
    """The loss that a trainer minimises. The problem runs the tiles and sums them in a fixed order."""

    trainable: np.ndarray
    """A boolean for each number of θ: whether it is trainable. The others are frozen."""
    units: np.ndarray
    """For each number of θ, which unit of the network it belongs to: a row of W and its b are one."""
    points: int
    """How many points there are to learn: an epoch looks at each once."""

    def reinitialize(self, number: int) -> Array:
        """Return another initial θ: the same for the same number. Frozen parameters are unchanged."""

    def value(self, theta: Array, ctx: Context, batch: int = 0) -> Array:
        """Return the loss of θ, or of every row of a population ``(p, len θ)``, over all points or a step's batch."""

    def value_and_grad(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array]:
        """Return the loss and its gradient by θ: over all points, or over the ``batch`` that (seed, step) names.

        The batches of one epoch hold every point once, in an order shuffled for each epoch; an epoch is
        ``batches_per_epoch(points, batch)`` steps, and its last batch may be smaller. The gradient of a frozen
        parameter is 0 for trainers, whatever the problem computes.
        """

    def normal_equations(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array, Array]:
        """Return the loss ½ Σ r², JᵀJ ``(len θ, len θ)`` and Jᵀr, the gradient, over all points or this step's batch.

        Raises:
            NotImplementedError: a stage has no Jacobian, or the loss is no square; the message says which.
        """


@dataclass(frozen=True)
class Example:
    """Some pictures of a set.

    Attributes:
        samples: they bring ``features``, ``(k, n, h, w)``, what the network is given.
        target: what is to come out, RGB ``(3, n, h', w')``.
    """

    samples: Samples
    target: Array

    @property
    def features(self) -> Array:
        """What the network is given."""
        features = self.samples.features
        if features is None:
            raise ValueError("these samples bring no features")
        return features


@runtime_checkable
class PairsProblem(Problem, Protocol):
    """The additional methods of a problem between images; ``isinstance`` shows whether a problem is one.

    ``channels`` is k of what the network is given, ``size`` the width and height of what it makes, and ``loss`` the
    recipe's.
    """

    channels: int
    size: tuple[int, int]
    loss: Loss

    def map_tiles(
        self, function: Callable[[Example, Context], Result], ctx: Context, batch: int, *, whole_batch: bool = False
    ) -> list[Result]:
        """Return the function of each tile of this step's pictures, in order; all are one tile with ``whole``.

        They are one too where the network looks at a batch together.
        """

    def parallel_map(self, function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """Return the function of each of what ``tiles`` gave, in order, side by side."""

    def translate(self, theta: Array, example: Example, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        """Return what the network makes of an example, ``(3, n, h, w)``, and the pullback from its gradient to θ's."""
