"""The warp ``fisheye``."""

from __future__ import annotations

from math import sinh

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Params, Warp, namespace
from limner_plugins.common.fields import Point

MAX_EXPONENT = 60.0  # its sinh still fits into float32; points beyond need not move farther


class Fisheye(Warp):
    """Lens distortion: barrel for a positive strength s, pincushion for a negative one.

    With q = r / radius a point moves to q' = sinh(s q) / sinh(s), or for s < 0 to the inverse, asinh(q sinh|s|) / |s|.
    Points on the circle of that radius stay fixed. At the centre the picture is magnified by sinh(s) / s, or reduced
    by it. Unlike the polynomials of lens calibration (Brown 1966), the map is one-to-one on the whole plane. The pair
    of functions is limner's own; Devernay and Faugeras (2001) use tan and atan, which have a limited range.
    """

    strength: float = Field(
        default=2.0, ge=-10, le=10, description="barrel distortion above 0, pincushion below, none at 0"
    )
    radius: float = Field(
        default=1.0, gt=0, le=1000, description="radius of the circle that stays fixed, in frame coordinates"
    )
    centre: Point = Field(default=(0.0, 0.0), description="centre of the lens, x and y")

    @classmethod
    def examples(cls) -> tuple[Fisheye, ...]:
        """Return barrel and pincushion distortion, and none."""
        return cls(), cls(strength=-3.0, radius=0.7, centre=(0.2, -0.3)), cls(strength=0.0)

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Fisheye:
        """Return a barrel distortion; pincushion rarely looks like more than a zoom."""
        return cls(strength=float(np.round(rng.uniform(1.0, 3.5), 2)))

    def forward(self, params: Params, xy: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the points, moved along the rays from the middle."""
        if self.strength == 0:
            return xy
        xp, s, (cx, cy) = namespace(xy), abs(self.strength), self.centre
        x, y = xy[0, :] - cx, xy[1, :] - cy
        q = xp.sqrt(x * x + y * y) / self.radius
        q = xp.maximum(q, xp.full_like(q, 1e-6))  # avoids 0 / 0: the factor has a finite limit at the centre
        if self.strength > 0:
            moved = xp.sinh(xp.minimum(s * q, xp.full_like(q, MAX_EXPONENT))) / sinh(s)
        else:
            moved = xp.asinh(q * sinh(s)) / s
        factor = moved / q
        return xp.stack([cx + factor * x, cy + factor * y])
