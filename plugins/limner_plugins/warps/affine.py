"""The warp ``affine``."""

from __future__ import annotations

from math import cos, radians, sin
from typing import Annotated

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Params, Warp, namespace
from limner_plugins.common.fields import Degrees, Point

Scale = Annotated[float, Field(ge=0.001, le=1000)]


class Affine(Warp):
    """Scaling, shearing, rotation and translation of the picture, in this order, around a centre.

    The picture moves by p → centre + shift + R H S (p - centre), with the scaling S, the shear H = (1 k; 0 1) and the
    rotation R; the points therefore move by the inverse.
    """

    scale: Scale | tuple[Scale, Scale] = Field(
        default=1.0, description="scale factor, or one factor each for width and height"
    )
    rotation: Degrees = Field(default=0.0, description="rotation in degrees, clockwise if y points down")
    shift: Point = Field(default=(0.0, 0.0), description="translation along x and y, in frame coordinates")
    shear: float = Field(default=0.0, ge=-100, le=100, description="change of x per unit of y")
    centre: Point = Field(default=(0.0, 0.0), description="fixed point of the scaling, shear and rotation")

    @classmethod
    def examples(cls) -> tuple[Affine, ...]:
        """Return the identity, a combination of everything, and a different scale for each side."""
        return (
            cls(),
            cls(scale=2.5, rotation=30.0, shift=(0.4, -0.2), shear=0.5, centre=(0.1, 0.2)),
            cls(scale=(0.5, 2.0)),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Affine:
        """Return a random rotation and a shift to another part of the picture."""
        x, y = np.round(rng.uniform(-1.0, 1.0, 2), 2)
        scale = float(np.round(rng.uniform(0.6, 1.6), 2))
        return cls(scale=scale, rotation=float(rng.integers(0, 360)), shift=(float(x), float(y)))

    def forward(self, params: Params, xy: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the points, moved by the inverse."""
        (sx, sy), (cx, cy) = self._scales(), self.centre
        c, s = cos(radians(self.rotation)), sin(radians(self.rotation))
        x, y = xy[0, :] - (cx + self.shift[0]), xy[1, :] - (cy + self.shift[1])
        x, y = c * x + s * y, c * y - s * x
        return namespace(xy).stack([cx + (x - self.shear * y) / sx, cy + y / sy])

    def _scales(self) -> tuple[float, float]:
        return self.scale if isinstance(self.scale, tuple) else (self.scale, self.scale)
