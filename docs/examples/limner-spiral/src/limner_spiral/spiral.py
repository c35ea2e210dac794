"""The encoder ``spiral``."""

from __future__ import annotations

from math import pi, tau
from typing import Annotated

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Encoder, Params, Samples, fixed, namespace

Coordinate = Annotated[float, Field(ge=-1000, le=1000)]


class Spiral(Encoder):
    """Waves along the arms of an Archimedean spiral: sin u and cos u, with u = arms φ - 2π turns r + phase.

    (r, φ) are the polar coordinates of a point around the centre. The features are constant along an arm, and u grows
    by 2π from one arm to the next. The phase is drawn from the seed, so another seed turns the spiral.
    """

    arms: int = Field(default=3, ge=1, le=100, description="number of arms")
    turns: float = Field(
        default=2.0, ge=-100, le=100, description="turns of each arm within a distance of 1; negative to reverse them"
    )
    centre: tuple[Coordinate, Coordinate] = Field(default=(0.0, 0.0), description="x and y of the centre")

    @classmethod
    def examples(cls) -> tuple[Spiral, ...]:
        """Return the defaults, and an off-centre spiral with wide turns in the other direction."""
        return cls(), cls(arms=1, turns=-0.3, centre=(0.25, -0.5))

    def num_features(self) -> int:
        """Return 2: a sine and a cosine, which have no seam where the angle jumps from π to -π."""
        return 2

    def init_params(self, rng: np.random.Generator) -> dict[str, fixed]:
        """Return the phase, uniform over the circle; it is fixed, so trainers leave it unchanged."""
        return {"phase": fixed(rng.uniform(-pi, pi, 1))}

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:
        """Return sin u and cos u at each point, ``(2, n)``."""
        points = samples.anchor
        xp = namespace(points)
        x, y = points[0, :] - self.centre[0], points[1, :] - self.centre[1]
        u = self.arms * xp.atan2(y, x) - (tau * self.turns) * xp.sqrt(x * x + y * y) + params["phase"]
        return xp.stack([xp.sin(u), xp.cos(u)])
