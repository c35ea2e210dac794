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

    (r, φ) is a point's place around the centre. The features are the same all along an arm, and run once through
    their circle from one arm to the next. The phase is drawn from the seed, so another seed turns the spiral.
    """

    arms: int = Field(default=3, ge=1, le=100, description="how many arms wind out of the centre")
    turns: float = Field(
        default=2.0, ge=-100, le=100, description="windings within a distance of 1; negative ones run the other way"
    )
    centre: tuple[Coordinate, Coordinate] = Field(default=(0.0, 0.0), description="where the arms begin, x and y")

    @classmethod
    def examples(cls) -> tuple[Spiral, ...]:
        """The defaults, and a loose one off the middle that winds the other way."""
        return cls(), cls(arms=1, turns=-0.3, centre=(0.25, -0.5))

    def num_features(self) -> int:
        """Return 2: sine and cosine, so that there is no seam where the angle starts again."""
        return 2

    def init_params(self, rng: np.random.Generator) -> dict[str, fixed]:
        """Return the phase, from all around the circle. It is fixed, so that no trainer changes it."""
        return {"phase": fixed(rng.uniform(-pi, pi, 1))}

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:
        """Return sin u and cos u of every point, ``(2, n)``."""
        points = samples.anchor
        xp = namespace(points)
        x, y = points[0, :] - self.centre[0], points[1, :] - self.centre[1]
        u = self.arms * xp.atan2(y, x) - (tau * self.turns) * xp.sqrt(x * x + y * y) + params["phase"]
        return xp.stack([xp.sin(u), xp.cos(u)])
