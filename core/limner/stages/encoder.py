"""The encoder: what the network is told about a point."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from limner.arrays.namespace import empty_theta
from limner.stages.base import PointStage

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.context import Context, Samples

EncoderPullback: TypeAlias = "Callable[[Array], Array]"
"""Takes the gradient of the features, ``(k, n)``, to the gradient of the encoder's θ, summed over the points."""


class Encoder(PointStage):
    """Turns samples into features ``(k, n)``; the features of all encoders of a recipe are stacked in its order."""

    @abstractmethod
    def features(self) -> int:
        """k, the number of features."""

    @abstractmethod
    def forward(self, theta: Array, samples: Samples, ctx: Context) -> Array:
        """The features ``(k, n)``."""

    def vjp(self, theta: Array, samples: Samples, ctx: Context) -> tuple[Array, EncoderPullback]:
        """The features, and the pullback to θ. This one serves every encoder that learns nothing."""
        y = self.forward(theta, samples, ctx)
        if self.layout().size == 0:
            return y, lambda dy: empty_theta(dy)
        if bool(self.layout().learned.any()):
            raise NotImplementedError(f"{type(self).__name__} has learned entries in θ and no vjp()")
        return y, lambda dy: 0 * theta  # noqa: ARG005
