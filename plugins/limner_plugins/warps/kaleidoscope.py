"""The warp ``kaleidoscope``."""

from __future__ import annotations

from math import pi, radians

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Params, Warp, namespace
from limner_plugins.common.fields import Degrees, Point


class Kaleidoscope(Warp):
    """Two mirrors that meet at a centre, and everything seen in them: the symmetry D_n of a regular polygon.

    With n segments the mirrors stand at an angle of π/n. A point at the angle φ from the first mirror moves to the
    angle |φ - 2π/n round(φ n / 2π)|, which lies between the mirrors. To show another part of the picture, put the warp
    ``affine`` after this one.

    Source: Brewster, "A Treatise on the Kaleidoscope", 1819; the fold is that of every dihedral group.
    """

    segments: int = Field(
        default=6, ge=1, le=360, description="repetitions of the motif around the centre; half of each is mirrored"
    )
    angle: Degrees = Field(default=90.0, description="direction of the first mirror from the x axis, in degrees")
    centre: Point = Field(default=(0.0, 0.0), description="point where the mirrors meet, x and y")

    @classmethod
    def examples(cls) -> tuple[Kaleidoscope, ...]:
        """Return six segments, one (a plain mirror), and many around another centre."""
        return cls(), cls(segments=1, angle=0.0), cls(segments=17, angle=-33.0, centre=(0.25, -0.4))

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Kaleidoscope:
        """Return three to twelve segments in a random orientation."""
        return cls(segments=int(rng.integers(3, 13)), angle=float(rng.integers(0, 360)))

    def forward(self, params: Params, xy: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the points, all between the mirrors."""
        xp, (cx, cy) = namespace(xy), self.centre
        x, y = xy[0, :] - cx, xy[1, :] - cy
        start, wedge = radians(self.angle), 2 * pi / self.segments
        phi = xp.atan2(y, x) - start
        phi = start + xp.abs(phi - wedge * xp.round(phi / wedge))
        r = xp.sqrt(x * x + y * y)
        return xp.stack([cx + r * xp.cos(phi), cy + r * xp.sin(phi)])
