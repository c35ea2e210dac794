"""Masks with an outline: a crisp or soft edge, and a border of one colour around it."""

from __future__ import annotations

from abc import abstractmethod
from math import cos, inf, radians, sin
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from limner.plugin import Array, Context, Mask, Params, namespace
from limner_plugins.common.colours import ColourText, rgb_columns
from limner_plugins.common.oklab import constant
from limner_plugins.common.opacity import straight


class OutlineMask(Mask):
    """A mask given by the signed distance from an outline, negative inside.

    Without ``softness``, the edge is antialiased over one pixel at any size. All lengths are fractions of the picture's
    shorter side.
    """

    conditional_fields: ClassVar[tuple[tuple[Any, ...], ...]] = (("border_color", "border"),)

    invert: bool = Field(default=False, description="make the inside transparent instead of the outside")
    softness: float = Field(
        default=0.0, ge=0, le=10, description="width of the edge; 0 for one pixel. Lengths: fractions of the short side"
    )
    border: float = Field(default=0.0, ge=0, le=10, description="width of a border around the outline; 0 for none")
    border_color: ColourText = Field(default="white", description="colour of the border, in CSS syntax")

    @model_validator(mode="after")
    def _leaves_room(self) -> Self:
        if self.within(self.extent()) <= 0:
            raise ValueError(f"border {self.border:g} leaves no room inside {self.extent():g}; make it narrower")
        return self

    def extent(self) -> float:
        """Return the length that outline and border fit in; infinite if there is no such limit."""
        return inf

    @abstractmethod
    def distance(self, params: Params, xy: Array, ctx: Context) -> Array:
        """Return the distance ``(n,)`` of the points from the outline, negative inside."""

    def forward(self, params: Params, xy: Array, rgb: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return 1 inside the outline and its border, and 0 outside."""
        return self._coverage(self._outside(params, xy, ctx) - self.border, ctx)

    def rgba(self, params: Params, xy: Array, colours: Array, ctx: Context) -> Array:
        """Return the colours inside the outline, and the colour of the border around it."""
        if not self.border:
            return super().rgba(params, xy, colours, ctx)
        xp, outside = namespace(xy), self._outside(params, xy, ctx)
        inside, cut = self._coverage(outside, ctx), self._coverage(outside - self.border, ctx)
        picture = inside * colours[3:, :] if colours.shape[0] == 4 else inside
        border = 1.0 - inside
        opacity = picture + border
        color = constant(tuple(map(tuple, rgb_columns((self.border_color,)).tolist())), xy)
        rgb = straight(picture * colours[:3, :] + border * color, opacity)
        return xp.concat([rgb, cut * opacity], axis=0)

    def within(self, length: float) -> float:
        """Return a length without the border on both sides; the border of a hole is inside it anyway."""
        return length if self.invert else length - 2.0 * self.border

    def _outside(self, params: Params, xy: Array, ctx: Context) -> Array:
        """Return the distance ``(1, n)`` from the area that stays, negative inside it."""
        distance = self.distance(params, xy, ctx)[None, :]
        return -distance if self.invert else distance

    def _coverage(self, outside: Array, ctx: Context) -> Array:
        """Return 1 inside, 0 outside, and values between over the width of the edge."""
        pixel = self.pixel(ctx)
        share = namespace(outside).clip(0.5 - outside / max(self.softness, pixel), 0.0, 1.0)
        # A wide linear ramp would show its ends as lines; a narrow one is the coverage of a pixel.
        return share if self.softness <= pixel else share * share * (3.0 - 2.0 * share)


def placed(xy: Array, centre: tuple[float, float], rotation: float) -> tuple[Array, Array]:
    """Return x and y relative to a centre, ``(n,)`` each, in axes that are rotated clockwise by degrees."""
    x, y = xy[0, :] - centre[0], xy[1, :] - centre[1]
    c, s = cos(radians(rotation)), sin(radians(rotation))
    return c * x + s * y, c * y - s * x
