"""The colour mode ``oklab``."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from limner.plugin import Array, ColorMode, Context, Params, namespace
from limner_plugins.common.gamut import shade

Share = Annotated[float, Field(ge=0, le=1)]
TINY = 1e-12  # grey has no hue; it is treated as red


class Oklab(ColorMode):
    """Perceptual lightness, green to red, and blue to yellow (OKLab); the middle of both axes is grey.

    The square of the last two channels covers the colours that sRGB has at that lightness: its border is the edge of
    the gamut in the same direction. Unlike a hue, no channel is periodic.

    Source: B. Ottosson, "A perceptual color space for image processing", 2020.
    """

    lightness: tuple[Share, Share] = Field(
        default=(0.0, 1.0), description="lightness for a first channel of 0 and of 1"
    )
    chroma: float = Field(
        default=1.0, ge=0, le=1, description="fraction of the available chroma at the border of the square"
    )

    @classmethod
    def examples(cls) -> tuple[Oklab, ...]:
        """Return all colours, and muted ones."""
        return cls(), cls(lightness=(0.25, 0.95), chroma=0.6), cls(alpha=True)

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Oklab:
        """Return muted colours: the most vivid ones of a screen glare."""
        return cls(lightness=(0.08, 0.97), chroma=float(np.round(rng.uniform(0.35, 0.75), 2)))

    def component_names(self) -> tuple[str, ...]:
        """Return the letters of lightness, green to red and blue to yellow."""
        return "L", "a", "b"

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return RGB of L, a, b."""
        light, ab, radius, rim = self._seen(x)
        return shade(light, self.chroma * rim, ab / radius)

    def _seen(self, x: Array) -> tuple[Array, Array, Array, Array]:
        """Return the lightness, a and b from -1 to 1, their distance from grey, and their distance to the border."""
        xp = namespace(x)
        dark, bright = self.lightness
        ab = 2.0 * x[1:, :] - 1.0
        radius = xp.sqrt(xp.sum(ab * ab, axis=0, keepdims=True))
        grey = radius < TINY
        ab = xp.concat([xp.where(grey, TINY, ab[:1, :]), xp.where(grey, 0.0, ab[1:, :])], axis=0)
        rim = xp.max(xp.abs(ab), axis=0, keepdims=True)
        return dark + (bright - dark) * x[0:1, :], ab, xp.where(grey, TINY, radius), rim
