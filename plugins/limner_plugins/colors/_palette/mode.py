"""The base class of colour modes that mix the colours of a palette."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import ColorMode, Parameter, ParameterLayout, Params, fixed
from limner_plugins.colors._image import colours_of
from limner_plugins.colors._palette.harmony import SchemeName, draw_palette
from limner_plugins.colors._palette.named import PALETTES, PaletteSource
from limner_plugins.common.colours import ColourText, rgb_columns
from limner_plugins.common.oklab import from_srgb, to_srgb

MAX_COLORS = 24


class PaletteMode(ColorMode):
    """A mode that mixes the colours of a palette. They are stored in θ as ``colors``, one a row, in OKLab.

    The colours are those of a named palette, a list, the main colours of a picture from the darkest to the lightest, or
    a harmony: colours that go together, drawn from the seed. A subclass implements ``num_components`` and ``forward``.
    """

    takes_palette: ClassVar[bool] = True

    exclusive_fields: ClassVar[tuple[tuple[str, ...], ...]] = (("name", "colors", "image"),)
    conditional_fields: ClassVar[tuple[tuple[Any, ...], ...]] = (
        *ColorMode.conditional_fields,
        ("count", "image"),
        ("count", "name", "harmony"),
        ("scheme", "name", "harmony"),
    )

    name: PaletteSource = Field(
        default="tidepool",
        description="one of limner's palettes, or harmony: colours that go together, drawn from the seed",
    )
    colors: tuple[ColourText, ...] = Field(
        default=(), max_length=MAX_COLORS, description="list of colours to use instead, each in CSS syntax"
    )
    image: str = Field(
        default="",
        max_length=4096,
        description="picture to take the colours from: a file, or skimage:NAME (coffee, rocket)",
    )
    count: int = Field(
        default=6, ge=2, le=MAX_COLORS, description="number of colours that are drawn or taken from the picture"
    )
    scheme: SchemeName = Field(
        default="any",
        description="hues of drawn colours: one (monochrome), neighbours (analogous), opposite ones (complementary), a"
        " hue and two beside its opposite (split), three evenly spaced (triad), or any of these, from the seed",
    )
    shuffle: bool = Field(default=False, description="shuffle the colours, from the seed")
    learn: bool = Field(default=False, description="whether training changes the colours")

    @model_validator(mode="after")
    def _one_source(self) -> PaletteMode:
        if self.colors and self.image:
            raise ValueError("colors and image are both set; remove one of them")
        if len(self.colors) == 1:
            raise ValueError("colors has one colour, and a gradient needs two; add another")
        return self

    def num_colors(self) -> int:
        """Return the number of colours in the palette."""
        return len(self._given()) or self.count

    def param_layout(self) -> ParameterLayout:
        """Return the layout of the colours in OKLab, one a row, without reading the picture."""
        return ParameterLayout((Parameter("colors", (self.num_colors(), 3), trainable=self.learn),))

    def init_params(self, rng: np.random.Generator) -> Mapping[str, Any]:
        """Return the colours.

        Raises:
            LimnerError: the picture to take them from is missing or damaged.
        """
        colours = self.draw_colours(rng)
        return {"colors": colours if self.learn else fixed(colours)}

    def draw_colours(self, rng: np.random.Generator) -> np.ndarray:
        """Return the colours in OKLab, one a row, in the order of the palette."""
        if self.image:
            colours = colours_of(self.image, self.count)
        elif given := self._given():
            colours = from_srgb(rgb_columns(given)).T
        else:
            colours = draw_palette(rng, self.count, self.scheme)
        return rng.permutation(colours) if self.shuffle else colours

    def _given(self) -> tuple[str, ...]:
        """Return the colours that the settings list or name; none if they are drawn or taken from a picture."""
        if self.colors or self.image or self.name == "harmony":
            return self.colors
        return PALETTES[self.name]

    def swatches(self, params: Params) -> np.ndarray:
        """Return the colours of the palette, ``(k, 3)`` sRGB from 0 to 1."""
        rgb = np.asarray(to_srgb(np.asarray(params["colors"], dtype=np.float64).T)).T
        clipped: np.ndarray = np.clip(rgb, 0.0, 1.0)
        return clipped
