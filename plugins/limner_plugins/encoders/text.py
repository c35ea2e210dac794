"""The encoder ``text``."""

from __future__ import annotations

from math import cos, radians, sin
from typing import Annotated

import numpy as np
from pydantic import Field, field_validator

from limner.plugin import Array, Context, Encoder, Parameter, ParameterLayout, Params, Samples, fixed, namespace
from limner_plugins.common.fields import Degrees, Point
from limner_plugins.common.outlines.lettering import MARGIN, letter_distance, lettering, visible

Cells = Annotated[int, Field(ge=16, le=2048)]


class Text(Encoder):
    """Signed distance d of a point from the letters of a text, negative inside: d / reach, or tanh of it.

    The text fills a square of ``size`` times the picture's short side, lines centred; missing glyphs use the
    font's placeholder. A second feature, the fill, is -1 in the letters and 1 around them, with a crisp edge.

    The text is drawn when the artwork is created and stored in θ, not trainable: the artwork opens without the font. θ
    holds d minus the distance from the block of text, which is known everywhere, so the raster's border does not show.
    """

    text: str = Field(
        default="limner", min_length=1, max_length=200, description="the text; in double quotes, \\n starts a new line"
    )
    font: str = Field(
        default="",
        max_length=4096,
        description="a .ttf or .otf file, or the file name of an installed font; empty for Pillow's own",
    )
    size: float = Field(
        default=0.85, gt=0, le=1000, description="longer side of the text, as a multiple of the picture's short side"
    )
    centre: Point = Field(default=(0.0, 0.0), description="centre of the text, x and y")
    rotation: Degrees = Field(default=0.0, description="rotation in degrees, clockwise if y points down")
    bold: float = Field(
        default=0.01, ge=-1, le=1, description="outward shift of the edge of the letters, in frame coordinates"
    )
    reach: float = Field(
        default=0.3, gt=0, le=1000, description="distance that gives a feature of 1, in frame coordinates"
    )
    soft: bool = Field(default=False, description="limit the distance by tanh inside and far outside")
    fill: bool = Field(default=True, description="add a second feature, -1 in the letters and 1 around them")
    cells: tuple[Cells, Cells] = Field(default=(512, 256), description="width and height of the raster stored in θ")

    @field_validator("text")
    @classmethod
    def _is_seen(cls, text: str) -> str:
        return visible(text)

    @classmethod
    def examples(cls) -> tuple[Text, ...]:
        """Return the defaults on a small raster, and a text with every other setting changed."""
        return (
            cls(cells=(96, 48)),
            cls(
                text="two\nlines",
                size=0.5,
                centre=(0.2, -0.3),
                rotation=15.0,
                bold=0.02,
                reach=0.1,
                soft=True,
                fill=False,
                cells=(64, 64),
            ),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> None:  # noqa: ARG003
        """Return None: the user chooses the text."""
        return

    def num_features(self) -> int:
        """Return 2 with the fill, else 1."""
        return 2 if self.fill else 1

    def param_layout(self) -> ParameterLayout:
        """Return the layout of the raster and of half of the block's sides, without drawing the text."""
        raster = (1, *self.cells[::-1])
        return ParameterLayout(
            (Parameter("raster", raster, trainable=False), Parameter("block", (2,), trainable=False))
        )

    def init_params(self, rng: np.random.Generator) -> dict[str, fixed]:  # noqa: ARG002
        """Return the text in the font, in units of its longer side.

        Raises:
            LimnerError: the font cannot be read, or draws nothing for the text.
        """
        drawn = lettering(self.text, self.font, self.cells)
        return {"raster": fixed(drawn.distance[None, ...]), "block": fixed(drawn.block)}

    def feature_names(self) -> tuple[str, ...]:
        """Return the name of the distance, then that of the letters."""
        return ("d", "letters") if self.fill else ("d",)

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:
        """Return the distances, and the fill."""
        xp, b = namespace(samples.anchor), ctx.bounds
        unit = self.size * min(b.x1 - b.x0, b.y1 - b.y0)
        x, y = samples.anchor[0, :] - self.centre[0], samples.anchor[1, :] - self.centre[1]
        c, s = cos(radians(self.rotation)) / unit, sin(radians(self.rotation)) / unit
        point = xp.stack([c * x + s * y, c * y - s * x])
        distance = letter_distance(params, point, self.cells) * unit - self.bold
        outer = distance / self.reach
        rows = [xp.tanh(outer) if self.soft else outer]
        if self.fill:
            cell = unit * (1.0 + 2.0 * MARGIN) / max(self.cells)
            rows.append(xp.clip(distance / cell, -1.0, 1.0))
        return xp.stack(rows)
