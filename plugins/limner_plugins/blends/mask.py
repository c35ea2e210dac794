"""The blend ``mask``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from limner.plugin import Array, Blend, namespace

TINY = 1e-6
"""Opacity below which the colour does not matter."""


class MaskBlend(Blend):
    """A mixture: the first layer where the third is black, the second where it is white."""

    min_layers: ClassVar[int] = 3
    max_layers: ClassVar[int] = 3

    opacity: Literal["max", "mix"] = Field(
        default="max",
        description="opacity of the result: the largest of the three layers (max), or that of the first two, mixed like"
        " their colours (mix)",
    )

    @property
    def blends_opacity(self) -> bool:
        """Whether the opacity is mixed too."""
        return self.opacity == "mix"

    def forward(self, layers: Sequence[Array]) -> Array:
        """Return the two layers, mixed by the mean of the mask's colour; colours are weighted by the opacity."""
        a, b, mask = layers
        xp = namespace(a)
        share = xp.mean(mask[:3, :], axis=0, keepdims=True)
        if a.shape[0] == 3:
            return a + share * (b - a)
        share = _clipped(share)
        weight_a, weight_b = (1.0 - share) * _clipped(a[3:, :]), share * _clipped(b[3:, :])
        opacity = weight_a + weight_b
        colour = (weight_a * a[:3, :] + weight_b * b[:3, :]) / xp.maximum(opacity, TINY)
        return xp.concat([colour, opacity], axis=0)


def _clipped(shares: Array) -> Array:
    """Return numbers from 0 to 1; interpolated pixels can exceed this range."""
    xp = namespace(shares)
    return xp.minimum(xp.maximum(shares, 0.0), 1.0)
