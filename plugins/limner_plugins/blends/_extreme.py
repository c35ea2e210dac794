"""The base of blends that choose one of the layers, number by number."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from limner.plugin import Array, Blend


class ExtremeBlend(Blend):
    """The largest or the smallest of all layers, channel by channel; a subclass says which."""

    @abstractmethod
    def choose(self, one: Array, other: Array) -> Array:
        """Return the larger or the smaller of each pair of numbers."""

    def forward(self, layers: Sequence[Array]) -> Array:
        """Return the chosen numbers."""
        y = layers[0]
        for layer in layers[1:]:
            y = self.choose(y, layer)
        return y
