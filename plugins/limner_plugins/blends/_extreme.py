"""The base of blends that select one of the layers for each number."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from limner.plugin import Array, Blend


class ExtremeBlend(Blend):
    """The largest or smallest value of all layers, channel by channel; a subclass chooses which."""

    @abstractmethod
    def choose(self, one: Array, other: Array) -> Array:
        """Return the larger or the smaller of each pair of numbers."""

    def forward(self, layers: Sequence[Array]) -> Array:
        """Return the chosen numbers."""
        y = layers[0]
        for layer in layers[1:]:
            y = self.choose(y, layer)
        return y
