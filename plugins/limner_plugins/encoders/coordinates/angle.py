"""The encoder ``angle``."""

from __future__ import annotations

from math import radians

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Encoder, Params, Samples, namespace
from limner_plugins.common.fields import Degrees, Point


class Angle(Encoder):
    """The direction from a centre: s cos(m φ) and s sin(m φ), which have no seam where the angle φ starts again.

    At the centre itself an angle has no meaning; s = r / sqrt(r² + softness²) takes it away smoothly there. So the
    picture is the same in each of m sectors, as far as this encoder goes.
    """

    times: int = Field(default=3, ge=1, le=1000, description="m, how many times the features go round with the angle")
    softness: float = Field(
        default=0.2, ge=0, le=1000, description="how far the centre's calm reaches, in the frame's coordinates"
    )
    rotation: Degrees = Field(default=0.0, description="degrees by which the sectors are turned")
    scale: float = Field(default=1.0, ge=-1000, le=1000, description="what the features are multiplied by")
    centre: Point = Field(default=(0.0, 0.0), description="the point that the angle is seen from, x and y")

    @classmethod
    def examples(cls) -> tuple[Angle, ...]:
        """Soft and hard, elsewhere and turned."""
        return cls(), cls(times=1, softness=0.0), cls(times=7, rotation=20.0, scale=-2.0, centre=(0.4, -0.3))

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Angle:
        """Two to seven sectors."""
        return cls(times=int(rng.integers(2, 8)), softness=float(np.round(rng.uniform(0.1, 0.6), 2)))

    def num_features(self) -> int:
        """Return 2."""
        return 2

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the cosine and the sine."""
        xy = samples.anchor
        xp = namespace(xy)
        x, y = xy[0, :] - self.centre[0], xy[1, :] - self.centre[1]
        phase = self.times * (xp.atan2(y, x) - radians(self.rotation))
        gain: Array | float = self.scale
        if self.softness:
            square = x * x + y * y
            gain = self.scale * xp.sqrt(square / (square + self.softness**2))
        return xp.stack([gain * xp.cos(phase), gain * xp.sin(phase)])
