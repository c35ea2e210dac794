"""The warp ``kaleidoscope``."""

from __future__ import annotations

from math import pi, radians

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Params, Warp, namespace
from limner_plugins.common.fields import Degrees, Point


class Kaleidoscope(Warp):
    """Two mirrors that meet in the centre, and all that is seen in them: the symmetry of a regular polygon, D_n.

    With n segments the mirrors stand at π/n, and a point at the angle φ from the first of them moves round the centre
    to the angle |φ - 2π/n round(φ n / 2π)|, which lies between them. To let them look at another part of the picture,
    put the warp ``affine`` behind this one.

    Source: Brewster, "A Treatise on the Kaleidoscope", 1819; the fold is that of every dihedral group.
    """

    segments: int = Field(
        default=6, ge=1, le=360, description="how often the motif stands round the centre; a half of each is mirrored"
    )
    angle: Degrees = Field(default=90.0, description="the direction of the first mirror from the x axis, degrees")
    centre: Point = Field(default=(0.0, 0.0), description="where the mirrors meet, x and y")

    @classmethod
    def examples(cls) -> tuple[Kaleidoscope, ...]:
        """Six segments, one (a plain mirror), and many off the middle."""
        return cls(), cls(segments=1, angle=0.0), cls(segments=17, angle=-33.0, centre=(0.25, -0.4))

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Kaleidoscope:
        """A flower of three to twelve petals, in any part of the picture."""
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
