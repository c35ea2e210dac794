"""The loss: measures the difference between a picture and its target."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from limner.arrays.namespace import namespace
from limner.stages import derived
from limner.stages.base import DomainStage

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.base import Domain


class Loss(DomainStage):
    """Measures the difference between colours and their target.

    The colours are those that the colour mode returns, before any clamping; a gray picture has one channel. A subclass
    implements ``forward``. Arrays are ``(c, n)``. A loss that compares neighbouring pixels supports the domain image
    only, and its arrays are ``(c, n, h, w)``.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code", "image"})

    reduction: Literal["mean", "channel-sum", "sum"] = Field(
        default="mean",
        description="how the values are combined: the mean over channels and points, the sum over channels averaged"
        " over points, or the sum over both; a suitable learning rate depends on it",
    )

    def divisor(self, channels: int, points: int) -> int:
        """Return the number by which the sum over channels and points is divided."""
        return {"mean": channels * points, "channel-sum": points, "sum": 1}[self.reduction]

    @abstractmethod
    def forward(self, y: Array, target: Array) -> Array:
        """Return the unreduced loss of each value, in the shape of ``y``, ``(c, n)``."""

    def vjp(self, y: Array, target: Array) -> tuple[Array, Callable[[Array], Array]]:
        """Return the unreduced loss and the pullback ``dvalue -> dy``; derived from ``forward`` by default.

        ``dvalue`` has the shape of the loss, or a shape that broadcasts to it, such as ``(1, 1)`` for a constant.
        """
        value, pull = derived.arrays_vjp(self, [y], lambda arrays: self.forward(arrays[0], target))

        def pullback(dvalue: Array) -> Array:
            return pull(namespace(value).broadcast_to(dvalue, value.shape))[0]

        return value, pullback


class LeastSquaresLoss(Loss):
    """A loss of the form ½ r², which second-order trainers such as ``lm`` can minimise."""

    @abstractmethod
    def residual(self, y: Array, target: Array) -> tuple[Array, float]:
        """Return the residual r, in the shape of ``y``, and the constant dr/dy."""
