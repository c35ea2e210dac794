"""The loss: how far a picture is from its target."""

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
    """Taken after the colour mode and before any clamp; a grey picture's has one channel.

    Write ``forward``. A loss that looks at neighbours supports images alone: its arrays are ``(c, n, h, w)``.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code", "image"})

    reduction: Literal["mean", "channel-sum", "sum"] = Field(
        default="mean",
        description="the mean over channels and points, the mean over points of the sum over channels, or the sum over"
        " both: what a rate means depends on it",
    )

    def divisor(self, channels: int, points: int) -> int:
        """Return what the sum over channels and points is divided by."""
        return {"mean": channels * points, "channel-sum": points, "sum": 1}[self.reduction]

    @abstractmethod
    def forward(self, y: Array, target: Array) -> Array:
        """Return the loss of every number, unreduced, in the shape of ``y``, ``(c, n)``."""

    def vjp(self, y: Array, target: Array) -> tuple[Array, Callable[[Array], Array]]:
        """Return the loss, and the pullback ``dvalue -> dy``; derived from ``forward`` by default.

        ``dvalue`` has the shape of the loss, or one that broadcasts to it: ``(1, 1)`` for a constant.
        """
        value, pull = derived.arrays_vjp(self, [y], lambda arrays: self.forward(arrays[0], target))

        def pullback(dvalue: Array) -> Array:
            return pull(namespace(value).broadcast_to(dvalue, value.shape))[0]

        return value, pullback


class LeastSquaresLoss(Loss):
    """A loss ½ r², which second-order trainers such as ``lm`` can minimise."""

    @abstractmethod
    def residual(self, y: Array, target: Array) -> tuple[Array, float]:
        """Return r, in the shape of ``y``, and the constant dr/dy."""
