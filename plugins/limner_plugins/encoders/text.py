"""The encoder ``text``."""

from __future__ import annotations

from math import cos, radians, sin
from typing import Annotated

import numpy as np
from pydantic import Field, field_validator

from limner.plugin import Array, Context, Encoder, Parameter, ParameterLayout, Params, Samples, fixed, namespace
from limner_plugins.common.fields import Degrees, Point
from limner_plugins.common.raster import sample
from limner_plugins.encoders._lettering import MARGIN, ROUND, lettering

FADE = 0.8  # how far beyond the raster its share is halved, in units of the words' longer side

Cells = Annotated[int, Field(ge=16, le=2048)]


class Text(Encoder):
    """Words, as the distance d of a point from the edge of the letters, negative inside: d / reach, or tanh of it.

    The words fill a square of ``size`` times the picture's short side, lines centred; glyphs that the font lacks are
    drawn as it draws those. A second feature, the filling, is -1 in the letters and 1 around them, with a crisp edge.

    The words are drawn when the picture is made and lie in θ, not learned: the picture opens without the font. There
    lies d less the distance from the block of words, which is known everywhere, so that nothing shows where the raster
    ends.
    """

    text: str = Field(default="limner", min_length=1, max_length=200, description="the words; \\n begins a new line")
    font: str = Field(
        default="",
        max_length=4096,
        description="a .ttf or .otf file, or an installed font's file name; Pillow's own font where it is empty",
    )
    size: float = Field(
        default=0.85, gt=0, le=1000, description="the words' longer side, in short sides of the picture"
    )
    centre: Point = Field(default=(0.0, 0.0), description="where the middle of the words lies, x and y")
    rotation: Degrees = Field(default=0.0, description="degrees, clockwise where y runs downwards")
    bold: float = Field(
        default=0.01, ge=-1, le=1, description="how far the letters' edge is moved outwards, in the frame's coordinates"
    )
    reach: float = Field(
        default=0.3, gt=0, le=1000, description="the distance that gives 1, in the frame's coordinates"
    )
    soft: bool = Field(default=False, description="does the distance level off, by tanh, inside and far outside")
    fill: bool = Field(default=True, description="is there a second feature, -1 in the letters and 1 around them")
    cells: tuple[Cells, Cells] = Field(default=(512, 256), description="width and height of the raster that lies in θ")

    @field_validator("text")
    @classmethod
    def _is_seen(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("must have a letter, not spaces alone")
        return text

    @classmethod
    def examples(cls) -> tuple[Text, ...]:
        """The defaults on a small raster, and all other than them."""
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
        """Nothing: words want to be chosen."""
        return

    def num_features(self) -> int:
        """Return 2 with the filling, else 1."""
        return 2 if self.fill else 1

    def param_layout(self) -> ParameterLayout:
        """Return the layout of the raster, and of half the block's sides, without drawing the words."""
        raster = (1, *self.cells[::-1])
        return ParameterLayout(
            (Parameter("raster", raster, trainable=False), Parameter("block", (2,), trainable=False))
        )

    def init_params(self, rng: np.random.Generator) -> dict[str, fixed]:  # noqa: ARG002
        """Return the words in the font, in units of their longer side.

        Raises:
            LimnerError: the font cannot be read, or leaves nothing to be seen of the words.
        """
        drawn = lettering(self.text, self.font, self.cells)
        return {"raster": fixed(drawn.distance[None, ...]), "block": fixed(drawn.block)}

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:
        """Return the distances, and the filling."""
        xp, b = namespace(samples.anchor), ctx.bounds
        unit = self.size * min(b.x1 - b.x0, b.y1 - b.y0)
        x, y = samples.anchor[0, :] - self.centre[0], samples.anchor[1, :] - self.centre[1]
        c, s = cos(radians(self.rotation)) / unit, sin(radians(self.rotation)) / unit
        point = xp.stack([c * x + s * y, c * y - s * x])
        half, (across, down) = params["block"][:, None], self.cells
        off_block, off_raster = (_square(xp.maximum(xp.abs(point) - half - m, 0.0)) for m in (0.0, MARGIN))
        around = xp.sqrt(off_block + ROUND**2) - ROUND
        place = (point / (half + MARGIN) + 1.0) * 0.5
        inner = sample(params["raster"], place[0, :] * across, place[1, :] * down, "bicubic")[0, :]
        # Seen from afar, the gaps between letters count ever less.
        distance = (inner / (1.0 + off_raster / FADE**2) + around) * unit - self.bold
        outer = distance / self.reach
        rows = [xp.tanh(outer) if self.soft else outer]
        if self.fill:
            cell = unit * (1.0 + 2.0 * MARGIN) / max(across, down)
            rows.append(xp.clip(distance / cell, -1.0, 1.0))
        return xp.stack(rows)


def _square(vectors: Array) -> Array:
    """The squared lengths ``(n,)`` of vectors ``(2, n)``."""
    return namespace(vectors).sum(vectors * vectors, axis=0)
