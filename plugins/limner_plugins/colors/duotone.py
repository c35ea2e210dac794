"""The colour mode ``duotone``."""

from __future__ import annotations

from math import tanh

import numpy as np
from pydantic import Field

from limner.plugin import Array, ColorMode, Context, Params, namespace
from limner_plugins.colors._palette.named import PALETTES
from limner_plugins.common.colours import ColourText, rgb_columns
from limner_plugins.common.oklab import constant, from_srgb, to_srgb

STRAIGHT = 1e-6  # contrasts below this are treated as 0


class Duotone(ColorMode):
    """A gradient of one channel from a dark to a light colour, mixed in OKLab, as a print in two inks.

    The tone curve is a section of tanh between (0, 0) and (1, 1), steepest at the midpoint.
    """

    conditional_fields = (*ColorMode.conditional_fields, ("midpoint", "contrast"))

    dark: ColourText = Field(default="#14123a", description="colour of 0, in CSS syntax")
    light: ColourText = Field(default="#ffd9a0", description="colour of 1, in CSS syntax")
    contrast: float = Field(default=4.0, ge=0, le=20, description="steepness of the tone curve; 0 is a straight line")
    midpoint: float = Field(default=0.5, ge=0, le=1, description="position of the steepest point of the tone curve")

    @classmethod
    def examples(cls) -> tuple[Duotone, ...]:
        """Return a curve, a straight line, and a steep curve with another midpoint."""
        return cls(), cls(dark="black", light="#fff", contrast=0.0), cls(contrast=6.0, midpoint=0.3, alpha=True)

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Duotone:
        """Return the darkest and the lightest colour of a palette."""
        colours = PALETTES[list(PALETTES)[rng.integers(len(PALETTES))]]
        light = from_srgb(rgb_columns(colours))[0]
        return cls(dark=colours[int(light.argmin())], light=colours[int(light.argmax())], contrast=4.0)

    def num_components(self) -> int:
        """Return 1."""
        return 1

    def swatches(self, params: Params) -> np.ndarray:  # noqa: ARG002
        """Return the dark and the light ink."""
        return rgb_columns((self.dark, self.light)).T

    def component_names(self) -> tuple[str, ...]:
        """Return the name of the tone."""
        return ("t",)

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return RGB of the mixture."""
        dark, way = self._inks(x)
        return to_srgb(dark + way * self._tone(x))

    def _inks(self, like: Array) -> tuple[Array, Array]:
        """Return the dark colour, and the difference of the light colour from it, ``(3, 1)`` in OKLab."""
        dark, light = from_srgb(rgb_columns((self.dark, self.light))).T
        columns = constant(tuple(zip(dark.tolist(), (light - dark).tolist(), strict=True)), like)
        return columns[:, :1], columns[:, 1:]

    def _tone(self, t: Array) -> Array:
        """Return the share of the light ink."""
        xp, steep = namespace(t), self.contrast
        if steep < STRAIGHT:
            return t
        below, above = tanh(steep * self.midpoint), tanh(steep * (1.0 - self.midpoint))
        return (xp.tanh(steep * (t - self.midpoint)) + below) / (below + above)
