"""The loss: how far a picture is from its target."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from limner.stages.base import DomainStage

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.base import Domain


class Loss(DomainStage):
    """Taken after the colour mode and before any clamp; a grey picture's has one channel.

    One that looks at each number by itself writes ``value`` and ``gradient``. One that looks at neighbours speaks
    images alone: its arrays are ``(c, n, h, w)``, and it writes ``value`` and ``vjp``.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code", "image"})

    reduction: Literal["mean", "channel-sum", "sum"] = Field(
        default="mean",
        description="the mean over channels and points, the mean over points of the sum over channels, or the sum over"
        " both: what a rate means depends on it",
    )

    def divisor(self, channels: int, points: int) -> int:
        """What the sum over channels and points is divided by."""
        return {"mean": channels * points, "channel-sum": points, "sum": 1}[self.reduction]

    @abstractmethod
    def value(self, y: Array, target: Array) -> Array:
        """The loss of every number, unreduced, in the shape of ``y``, ``(c, n)``."""

    def gradient(self, y: Array, target: Array) -> Array:
        """The derivative of ``value`` by ``y``, unreduced, in the shape of ``y``.

        Raises:
            NotImplementedError: this loss looks at neighbours.
        """
        raise NotImplementedError(f"the loss {type(self).__name__} looks at neighbours; ask vjp()")

    def vjp(self, y: Array, target: Array) -> tuple[Array, Callable[[Array], Array]]:
        """``value``, and the pullback from a gradient of it to that of ``y``."""
        return self.value(y, target), lambda dvalue: dvalue * self.gradient(y, target)

    def residual(self, y: Array, target: Array) -> tuple[Array, float]:
        """r and the constant dr/dy, where the loss is ½ r²: optional, for second-order trainers.

        Raises:
            NotImplementedError: this loss is no square.
        """
        raise NotImplementedError(f"the loss {type(self).__name__} is no square of a residual")
