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
    """Perceptual lightness, chroma and hue (OKLCH); the hue is periodic.

    The chroma is a fraction of what sRGB can show at that lightness and hue: every colour is displayable, and 1 is the
    most vivid. With both ranges from 0 to 1 every colour is reachable. Hues in turns: 0.08 red, 0.15 orange,
    0.3 yellow, 0.4 green, 0.54 cyan, 0.73 blue, 0.91 magenta.

    Source: B. Ottosson, "A perceptual color space for image processing", 2020.
    """

    lightness: tuple[Share, Share] = Field(
        default=(0.12, 0.98), description="lightness for a first channel of 0 and of 1"
    )
    chroma: tuple[Share, Share] = Field(
        default=(0.25, 1.0), description="fraction of the available chroma for a second channel of 0 and of 1"
    )
    hues: tuple[Turns, Turns] = Field(
        default=(0.0, 1.0), description="hue for a third channel of 0, and the range of hues, both in turns"
    )

    @classmethod
    def examples(cls) -> tuple[Oklch, ...]:
        """Return all hues, and muted ones from a part of the circle."""
        return cls(), cls(lightness=(0.9, 0.2), chroma=(0.5, 0.0), hues=(0.7, 0.4)), cls(alpha=True, hues=(0.0, -2.0))

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Oklch:
        """Return a part of the hue circle, muted: the most vivid colours of a screen glare."""
        start, span = float(np.round(rng.random(), 2)), float(np.round(rng.uniform(0.2, 0.7), 2))
        grey, vivid = np.round([rng.uniform(0.0, 0.4), rng.uniform(0.5, 0.8)], 2)
        return cls(lightness=(0.1, 0.98), chroma=(float(grey), float(vivid)), hues=(start, span))

    def component_names(self) -> tuple[str, ...]:
        """Return the letters of lightness, chroma and hue."""
        return "L", "C", "h"

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return RGB of lightness, chroma and hue."""
        return shade(*self._seen(x))

    def _seen(self, x: Array) -> tuple[Array, Array, Array]:
        """Return the lightness, the fraction of the chroma, and the hue's cosine and sine."""
        xp = namespace(x)
        (dark, bright), (grey, vivid), (start, span) = self.lightness, self.chroma, self.hues
        light, share = dark + (bright - dark) * x[0:1, :], grey + (vivid - grey) * x[1:2, :]
        angle = tau * (start + span * x[2, :])
        return light, share, xp.stack([xp.cos(angle), xp.sin(angle)])
