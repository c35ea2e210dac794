"""The warp ``droste``."""

from __future__ import annotations

from math import asin, log, tau

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Params, Warp, namespace
from limner_plugins.common.fields import Point

NEAREST = 1e-18
"""The smallest distance from the centre that is distinguished; its square is a normal float32."""
FLATTEST = 1e-3
"""The smallest k of the wave; asin(k sin x) / asin(k) then is sin x in float32."""


class Droste(Warp):
    """A picture that contains itself, smaller by a ratio ρ, again and again: a zoom by ρ ends where it began.

    The picture stays unchanged between two circles around the centre, whose radii are ``radius`` and radius / √ρ. It is
    reflected in both circles, and so on, inwards and outwards. With ``twist``, the circles become spirals.

    In logarithmic polar coordinates, a point at ln(r / radius) = u and the angle φ moves to the radius
    radius exp(ln ρ (w - 1) / 4), at the same angle, with the wave w = asin(k sin 2πa) / asin(k), which lies between -1
    and 1. Its phase is a = u / ln ρ + 1/4 + twist φ / 2π. For k = 1 the wave is a triangle, and the picture is
    reflected like in the circles of an inversion; for small k it is a sine, which turns without an edge. The setting
    ``softness`` is 1 - k. Both r → ρ r and a full turn add a whole number to a, so that no picture has a seam.

    Source: B. de Smit and H. W. Lenstra, "The mathematical structure of Escher's Print Gallery", 2003, for the
    logarithmic coordinates and the spirals; Escher's picture contains itself already, any other has to be reflected.
    """

    ratio: float = Field(
        default=16.0, ge=1.1, le=1_000_000, description="ρ: the picture contains itself, this many times smaller"
    )
    radius: float = Field(
        default=1.3, gt=0, le=1000, description="outer circle of the unchanged picture, in frame coordinates"
    )
    twist: int = Field(
        default=0, ge=-64, le=64, description="arms of the spirals; negative ones turn the other way, 0 gives circles"
    )
    softness: float = Field(
        default=0.1, ge=0, le=1, description="how softly the reflections turn: 0 like mirrors, 1 like a sine"
    )
    centre: Point = Field(default=(0.0, 0.0), description="point that a zoom moves towards, x and y")

    @classmethod
    def examples(cls) -> tuple[Droste, ...]:
        """Return circles, spirals in both directions around other centres, and both extremes of softness."""
        return (
            cls(),
            cls(ratio=4.0, twist=1, centre=(0.3, -0.2)),
            cls(ratio=100.0, radius=0.7, twist=-3, softness=0.0),
            cls(softness=1.0),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Droste:
        """Return circles or a few spirals, around a point near the centre."""
        x, y = np.round(rng.uniform(-0.2, 0.2, 2), 2)
        return cls(
            ratio=float(rng.choice([4.0, 9.0, 16.0, 36.0])),
            twist=int(rng.choice([-2, -1, 0, 0, 1, 2])),
            softness=float(np.round(rng.uniform(0.05, 0.5), 2)),
            centre=(float(x), float(y)),
        )

    def forward(self, params: Params, xy: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the points, all between the two circles."""
        xp, (cx, cy), size = namespace(xy), self.centre, log(self.ratio)
        x, y = xy[0, :] - cx, xy[1, :] - cy
        r = xp.maximum(xp.sqrt(x * x + y * y), xp.full_like(x, NEAREST))
        phase = xp.log(r / self.radius) / size
        if self.twist:
            phase = phase + self.twist / tau * xp.atan2(y, x)
        angle = tau * (phase - xp.floor(phase)) + tau / 4
        c, s = xp.cos(angle), xp.sin(angle)
        k = max(1.0 - self.softness, FLATTEST)
        # The arctangent is exact at the turns, where the slope of the arcsine is infinite for k = 1.
        wave = xp.atan2(k * s, xp.sqrt(c * c + (1.0 - k * k) * s * s)) / asin(k)
        grown = self.radius * xp.exp(size / 4 * (wave - 1.0)) / r
        return xp.stack([cx + grown * x, cy + grown * y])
