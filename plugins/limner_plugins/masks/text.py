"""The mask ``text``."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import AfterValidator, Field

from limner.plugin import Array, Context, Parameter, ParameterLayout, Params, fixed, namespace
from limner_plugins.common.fields import Degrees, Point
from limner_plugins.common.outlines.lettering import check_letters, letter_distance, lettering, visible
from limner_plugins.masks._outline import OutlineMask, placed

Cells = Annotated[int, Field(ge=16, le=2048)]


class TextMask(OutlineMask):
    """The letters of a text, filled with the picture, on transparency; with a ``border`` around them if set.

    The text fills a square of ``size`` times the picture's shorter side, lines centred. All lengths are fractions of
    the shorter side.

    The outlines are drawn when the artwork is created and stored in θ, not trainable: the artwork opens without the
    font.
    """

    text: Annotated[str, AfterValidator(visible)] = Field(
        default="limner", min_length=1, max_length=200, description="the text; in double quotes, \\n starts a new line"
    )
    font: str = Field(
        default="",
        max_length=4096,
        description="a .ttf or .otf file, or the file name of an installed font; empty for Pillow's own",
    )
    size: float = Field(default=0.9, gt=0, le=1000, description="longer side of the text, with the border")
    bold: float = Field(default=0.0, ge=-1, le=1, description="outward shift of the edge of the letters")
    rotation: Degrees = Field(default=0.0, description="rotation in degrees, clockwise")
    centre: Point = Field(default=(0.0, 0.0), description="offset from the picture's centre, to the right and down")
    cells: tuple[Cells, Cells] = Field(default=(768, 384), description="width and height of the raster stored in θ")

    @classmethod
    def examples(cls) -> tuple[TextMask, ...]:
        """Return the defaults on a small raster, and two lines with every other setting changed."""
        return (
            cls(cells=(96, 48)),
            cls(
                text="a\nO",
                size=0.5,
                bold=0.01,
                rotation=15.0,
                centre=(0.1, -0.2),
                invert=True,
                softness=0.05,
                border=0.04,
                border_color="gold",
                cells=(64, 64),
            ),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> None:  # noqa: ARG003
        """Return None: the user chooses the text."""
        return

    def param_layout(self) -> ParameterLayout:
        """Return the layout of the raster and of half of the block's sides, without drawing the text."""
        raster = (1, *self.cells[::-1])
        return ParameterLayout(
            (Parameter("raster", raster, trainable=False), Parameter("block", (2,), trainable=False))
        )

    def init_params(self, rng: np.random.Generator) -> dict[str, fixed]:  # noqa: ARG002
        """Return the text in the font, in units of its longer side.

        Raises:
            LimnerError: the font cannot be read, lacks a letter of the text, or draws nothing for it.
        """
        check_letters(self.text, self.font, "mask")
        drawn = lettering(self.text, self.font, self.cells, "mask", exact=True)
        return {"raster": fixed(drawn.distance[None, ...]), "block": fixed(drawn.block)}

    def extent(self) -> float:
        """Return the longer side of the text."""
        return self.size

    def distance(self, params: Params, xy: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the distance from the letters."""
        (x, y), size = placed(xy, self.centre, self.rotation), self.within(self.size)
        point = namespace(xy).stack([x / size, y / size])
        return letter_distance(params, point, self.cells) * size - self.bold
