"""The loss: how far a picture is from its target."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, Literal

from limner.stage import Stage

if TYPE_CHECKING:
    from limner.namespace import Array


class Loss(Stage):
    """Taken after the colour mode and before any clamp.

    ``reduction`` says what is summed: ``"sum"`` and ``"mean"`` differ by what a learning rate means.
    """

    reduction: ClassVar[Literal["sum", "mean"]] = "mean"

    @abstractmethod
    def value(self, y: Array, target: Array) -> Array:
        """The loss of every number, unreduced, in the shape of ``y``, ``(c, n)``."""

    @abstractmethod
    def gradient(self, y: Array, target: Array) -> Array:
        """The derivative of ``value`` by ``y``, unreduced, in the shape of ``y``."""
