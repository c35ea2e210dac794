"""The blend ``mask``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from limner.plugin import Array, Blend, namespace


class MaskBlend(Blend):
    """A mixture: the first layer where the third is black, the second where it is white."""

    min_layers: ClassVar[int] = 3
    max_layers: ClassVar[int] = 3

    def forward(self, layers: Sequence[Array]) -> Array:
        """Return the two layers, mixed by the mean of the mask's channels."""
        a, b, mask = layers
        return a + namespace(a).mean(mask, axis=0, keepdims=True) * (b - a)
