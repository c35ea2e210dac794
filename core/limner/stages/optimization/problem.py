"""The problem that a trainer solves: a loss, its gradients and, for image-to-image networks, examples."""

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
    """Return the number of steps that use every point once; ``batch`` 0 means all points in one step."""
    return 1 if batch == 0 else -(-points // batch)


class Problem(Protocol):
    """The loss that a trainer minimises. A problem computes it tile by tile and sums in a fixed order."""

    trainable: np.ndarray
    """For each number of θ, whether it is trainable, booleans ``(len θ,)``. The others are frozen."""
    units: np.ndarray
    """For each number of θ, the unit of the network that it belongs to: a row of W and its entry of b are one unit."""
    points: int
    """The number of points to learn; an epoch uses each once."""

    def reinitialize(self, number: int) -> Array:
        """Return another initial θ, deterministic for a given number. Frozen parameters are unchanged."""

    def value(self, theta: Array, ctx: Context, batch: int = 0) -> Array:
        """Return the loss of θ, or of each row of a population ``(p, len θ)``, over all points or over a batch."""

    def value_and_grad(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array]:
        """Return the loss and its gradient with respect to θ.

        If ``batch`` is 0, the loss is over all points. Otherwise it is over ``batch`` points, which depend only on the
        seed and ``ctx.step``. The batches of an epoch contain every point once, in an order that is shuffled for each
        epoch. An epoch has ``batches_per_epoch(points, batch)`` steps; its last batch may be smaller. Trainers get a
        gradient of 0 for frozen parameters, whatever the problem computes.
        """

    def normal_equations(self, theta: Array, ctx: Context, batch: int = 0) -> tuple[Array, Array, Array]:
        """Return the loss ½ Σ r², JᵀJ ``(len θ, len θ)`` and the gradient Jᵀr, over all points or over a batch.

        Raises:
            NotImplementedError: a stage has no Jacobian, or the loss is not a sum of squares; the message says which.
        """


@dataclass(frozen=True)
class Example:
    """A few inputs of an image-to-image network, and their targets.

    Attributes:
        samples: the inputs; ``samples.features``, ``(k, n, h, w)``, are those of the network.
        target: the desired outputs, RGB ``(3, n, h', w')``.
    """

    samples: Samples
    target: Array

    @property
    def features(self) -> Array:
        """The inputs of the network, ``(k, n, h, w)``."""
        features = self.samples.features
        if features is None:
            raise ValueError("the samples of this example have no features")
        return features


@runtime_checkable
class PairsProblem(Problem, Protocol):
    """A problem of an image-to-image network that also gives access to its image pairs.

    Test for it with ``isinstance(problem, PairsProblem)``.
    """

    channels: int
    """k, the number of input channels of the network."""
    size: tuple[int, int]
    """Width and height of the outputs, in pixels."""
    loss: Loss
    """The loss of the recipe."""

    def map_tiles(
        self, function: Callable[[Example, Context], Result], ctx: Context, batch: int, *, whole_batch: bool = False
    ) -> list[Result]:
        """Return the result of a function for each tile of this step's batch, in order.

        Args:
            function: takes the examples of a tile, and its context.
            ctx: the context of the step.
            batch: the number of examples in the batch; 0 for all.
            whole_batch: whether to pass the batch as one tile. A network that uses batch statistics always gets one.
        """

    def parallel_map(self, function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """Return the result of a function for each item, in order, computed in parallel; items can be tile results."""

    def translate(self, theta: Array, example: Example, ctx: Context) -> tuple[Array, Callable[[Array], Array]]:
        """Return the network's output for an example, ``(3, n, h, w)``, and the pullback to the gradient of θ."""
