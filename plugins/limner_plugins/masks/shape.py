"""The mask ``shape``."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, TypeAlias

from pydantic import Field

from limner.plugin import Array, Context, Params
from limner_plugins.common.fields import Degrees, Point
from limner_plugins.common.outlines.shapes import Proportions, outline
from limner_plugins.masks._outline import OutlineMask, placed

Cutter: TypeAlias = Literal["circle", "ring", "box", "rounded-box", "hexagon", "polygon", "star", "cross", "heart"]
HEXAGON = 6


class ShapeMask(OutlineMask):
    """A shape that cuts the picture out, like a sticker: transparent outside, with a ``border`` around it if set.

    All lengths are fractions of the picture's shorter side, so the shape is the same at any size and in any frame.
    Source of the distances: Quilez, "2D distance functions".
    """

    conditional_fields: ClassVar[tuple[tuple[Any, ...], ...]] = (
        *OutlineMask.conditional_fields,
        ("aspect", "shape", "box", "rounded-box"),
        ("thickness", "shape", "ring", "rounded-box", "cross"),
        ("sides", "shape", "polygon", "star"),
        ("inner", "shape", "star"),
    )

    shape: Cutter = Field(default="circle", description="the shape")
    size: float = Field(default=0.9, gt=0, le=1000, description="height of the shape, or its diameter, with the border")
    aspect: float = Field(default=1.0, ge=0.001, le=1000, description="width of a box over its height")
    thickness: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="thickness of a ring or cross, or rounding of a box, as a fraction of half the size",
    )
    sides: int = Field(default=5, ge=3, le=360, description="sides of a polygon, or tips of a star")
    inner: float = Field(
        default=0.45, ge=0.05, le=0.99, description="radius of the notches of a star, as a fraction of that of its tips"
    )
    rotation: Degrees = Field(default=0.0, description="rotation in degrees, clockwise")
    centre: Point = Field(default=(0.0, 0.0), description="offset from the picture's centre, to the right and down")

    @classmethod
    def examples(cls) -> tuple[ShapeMask, ...]:
        """Return hard and soft edges, borders and holes of several shapes."""
        return (
            cls(),
            cls(shape="heart", size=0.7, border=0.05, border_color="#204060"),
            cls(shape="rounded-box", aspect=0.6, thickness=0.5, softness=0.2, rotation=-15.0, centre=(0.1, -0.1)),
            cls(shape="hexagon", invert=True, border=0.02),
        )

    def extent(self) -> float:
        """Return the height of the shape."""
        return self.size

    def distance(self, params: Params, xy: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the distance from the outline of the shape."""
        x, y = placed(xy, self.centre, self.rotation)
        sides = HEXAGON if self.shape == "hexagon" else self.sides
        proportions = Proportions(self.aspect, self.thickness, sides, self.inner)
        shape = "polygon" if self.shape == "hexagon" else self.shape
        return outline(shape, x, -y, self.within(self.size) / 2, proportions)
