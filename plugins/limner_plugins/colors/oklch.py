"""The colour mode ``oklch``."""

from __future__ import annotations

from math import tau
from typing import Annotated

import numpy as np
from pydantic import Field

from limner.plugin import Array, ColorMode, Context, Params, namespace
from limner_plugins.common.gamut import shade

Share = Annotated[float, Field(ge=0, le=1)]
Turns = Annotated[float, Field(ge=-10, le=10)]


class Oklch(ColorMode):
    """Lightness, chroma and hue as the eye has them (OKLab); the hue is a circle.

    The chroma is a share of what sRGB has room for at that lightness and hue, so every colour can be shown, and 1 is
    as vivid as it gets; with both ranges from 0 to 1 every colour can be reached. Hues in turns: 0.08 red, 0.15 orange,
    0.3 yellow, 0.4 green, 0.54 cyan, 0.73 blue, 0.91 magenta.

    Source: B. Ottosson, "A perceptual color space for image processing", 2020.
    """

    lightness: tuple[Share, Share] = Field(
        default=(0.12, 0.98), description="the lightness where the first channel is 0, and where it is 1"
    )
    chroma: tuple[Share, Share] = Field(
        default=(0.25, 1.0), description="the share of the chroma where the second channel is 0, and where it is 1"
    )
    hues: tuple[Turns, Turns] = Field(
        default=(0.0, 1.0), description="the hue where the third channel is 0, and how far round it goes, in turns"
    )

    @classmethod
    def examples(cls) -> tuple[Oklch, ...]:
        """All hues, and muted ones out of a part of the circle."""
        return cls(), cls(lightness=(0.9, 0.2), chroma=(0.5, 0.0), hues=(0.7, 0.4)), cls(alpha=True, hues=(0.0, -2.0))

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Oklch:
        """A part of the circle, seldom all of it."""
        start, span = float(np.round(rng.random(), 2)), float(np.round(rng.uniform(0.25, 1.0), 2))
        return cls(lightness=(0.1, 1.0), chroma=(float(np.round(rng.uniform(0.0, 0.6), 2)), 1.0), hues=(start, span))

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return RGB of lightness, chroma and hue."""
        return shade(*self._seen(x))

    def _seen(self, x: Array) -> tuple[Array, Array, Array]:
        """Return the lightness, the share of the chroma, and the hue's cosine and sine."""
        xp = namespace(x)
        (dark, bright), (grey, vivid), (start, span) = self.lightness, self.chroma, self.hues
        light, share = dark + (bright - dark) * x[0:1, :], grey + (vivid - grey) * x[1:2, :]
        angle = tau * (start + span * x[2, :])
        return light, share, xp.stack([xp.cos(angle), xp.sin(angle)])
