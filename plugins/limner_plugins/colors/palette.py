"""The colour mode ``palette``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import (
    Array,
    ColorMode,
    Context,
    Parameter,
    ParameterLayout,
    Params,
    device,
    fixed,
    namespace,
    operation,
)
from limner_plugins.colors._image import colours_of
from limner_plugins.colors._palettes import PALETTES, PaletteName
from limner_plugins.common.colours import ColourText, rgb_columns
from limner_plugins.common.oklab import from_srgb, to_srgb

MAX_COLORS = 24


def _fold(u: Array) -> Array:
    """Return a triangle wave: 0 to 2 becomes 0 to 1 and back to 0."""
    return 1.0 - namespace(u).abs(u - 1.0)


def _tent(away: Array) -> Array:
    """Return a tent function: 1 at 0, falling to 0 at -1 and 1."""
    xp = namespace(away)
    return xp.maximum(1.0 - xp.abs(away), 0.0)


def _tent_slope(away: Array) -> Array:
    xp = namespace(away)
    rising, falling = (away >= -1.0) & (away < 0.0), (away >= 0.0) & (away < 1.0)
    return xp.astype(rising, away.dtype) - xp.astype(falling, away.dtype)


# Custom operations: at a corner their derivative is the one of either side; a derived one would match neither side.
fold = operation(_fold, lambda dy, _, u: namespace(u).where(u < 1.0, dy, -dy), name="fold")
tent = operation(_tent, lambda dy, _, away: dy * _tent_slope(away), name="tent")


class PaletteColor(ColorMode):
    """A gradient through a few colours, mixed in OKLab: t = 0 is the first colour, t = 1 the last.

    The colours are those of a named palette, a list, or the main colours of a picture from the darkest to the lightest.
    They are stored in θ. Outside 0 to 1 the gradient runs back again.
    """

    exclusive_fields = (("name", "colors", "image"),)
    conditional_fields = (*ColorMode.conditional_fields, ("count", "image"))

    name: PaletteName = Field(default="tidepool", description="name of one of limner's palettes")
    colors: tuple[ColourText, ...] = Field(
        default=(), max_length=MAX_COLORS, description="list of colours to use instead, each #rrggbb or a CSS name"
    )
    image: str = Field(
        default="",
        max_length=4096,
        description="picture to take the colours from: a file, or skimage:NAME (coffee, rocket)",
    )
    count: int = Field(default=6, ge=2, le=MAX_COLORS, description="number of colours taken from the picture")
    cyclic: bool = Field(default=False, description="continue from the last colour to the first: t is periodic")
    repeats: int = Field(default=1, ge=1, le=1000, description="number of passes through the gradient, back and forth")
    steps: int = Field(
        default=0, ge=0, le=1000, description="number of hard bands; 0 is a smooth gradient. Bands have no derivative."
    )
    shuffle: bool = Field(default=False, description="shuffle the colours, from the seed")
    learn: bool = Field(default=False, description="whether training changes the colours")

    @model_validator(mode="after")
    def _enough(self) -> PaletteColor:
        if self.colors and self.image:
            raise ValueError("colors and image are both set; remove one of them")
        if len(self.colors) == 1:
            raise ValueError("colors has one colour, and a gradient needs two; add another")
        if self.steps == 1:
            raise ValueError("steps is 1, which paints a single colour; set 0 for a gradient, or 2 or more bands")
        return self

    @classmethod
    def examples(cls) -> tuple[PaletteColor, ...]:
        """Return named, listed and extracted colours: cyclic, repeated, in bands, and trainable."""
        return (
            cls(),
            cls(colors=("#101a4a", "wheat", "#d8402a"), cyclic=True, repeats=3, learn=True),
            cls(name="fiesta", shuffle=True, repeats=2, learn=True),
            cls(image="skimage:coffee", count=5, steps=9),
            cls(name="sumi", cyclic=True, steps=4, learn=True),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> PaletteColor:
        """Return one of limner's palettes, repeated a few times."""
        name = list(PALETTES)[rng.integers(len(PALETTES))]
        return cls(name=name, repeats=int(rng.choice([1, 2, 3, 5])), steps=int(rng.choice([0, 0, 0, 12])))

    def num_components(self) -> int:
        """Return 1."""
        return 1

    def param_layout(self) -> ParameterLayout:
        """Return the layout of the colours in OKLab, one a row, without reading the picture."""
        count = self.count if self.image else len(self.colors or PALETTES[self.name])
        return ParameterLayout((Parameter("colors", (count, 3), trainable=self.learn),))

    def init_params(self, rng: np.random.Generator) -> Mapping[str, Any]:
        """Return the colours.

        Raises:
            LimnerError: the picture to take them from is missing or damaged.
        """
        given = self.colors or PALETTES[self.name]
        colours = colours_of(self.image, self.count) if self.image else from_srgb(rgb_columns(given)).T
        colours = rng.permutation(colours) if self.shuffle else colours
        return {"colors": colours if self.learn else fixed(colours)}

    def component_names(self) -> tuple[str, ...]:
        """Return the name of the position in the gradient."""
        return ("t",)

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return RGB of the mixtures."""
        colours = params["colors"]
        return to_srgb(colours.T @ self._weights(x, colours.shape[0]))

    def _weights(self, t: Array, count: int) -> Array:
        """Return the weight of each colour at each point, ``(count, n)``."""
        xp = namespace(t)
        ends = count if self.cyclic else count - 1
        places = xp.reshape(xp.arange(count, dtype=t.dtype, device=device(t)), (-1, 1))
        away = ends * self._folded(t) - places
        if self.cyclic:
            away = away - count * xp.floor(away / count + 0.5)
        return tent(away)

    def _folded(self, t: Array) -> Array:
        """Return the position between the ends of the gradient, 0 to 1."""
        xp = namespace(t)
        u = self.repeats * t
        u = u - xp.floor(u) if self.cyclic else fold(u - 2.0 * xp.floor(0.5 * u))
        if self.steps:
            last = self.steps if self.cyclic else self.steps - 1
            u = xp.minimum(xp.floor(self.steps * u), self.steps - 1.0) / last
        return u
