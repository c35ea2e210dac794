"""The encoder ``angle``."""

from __future__ import annotations

from math import radians

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Encoder, Params, Samples, namespace
from limner_plugins.common.fields import Degrees, Point


class Angle(Encoder):
    """Direction from a centre: s cos(m φ) and s sin(m φ), continuous where the angle φ wraps around.

    The angle is undefined at the centre; s = r / sqrt(r² + softness²) fades the features out there. The features are
    the same in each of m sectors.
    """

    times: int = Field(default=3, ge=1, le=1000, description="m, periods of the features per turn")
    softness: float = Field(default=0.2, ge=0, le=1000, description="radius of the soft centre, in frame coordinates")
    rotation: Degrees = Field(default=0.0, description="rotation of the sectors in degrees")
    scale: float = Field(default=1.0, ge=-1000, le=1000, description="factor of the features")
    centre: Point = Field(default=(0.0, 0.0), description="centre of the angle, x and y")

    @classmethod
    def examples(cls) -> tuple[Angle, ...]:
        """Return soft and hard centres, with another position and rotation."""
        return cls(), cls(times=1, softness=0.0), cls(times=7, rotation=20.0, scale=-2.0, centre=(0.4, -0.3))

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Angle:
        """Return two to seven sectors."""
        return cls(times=int(rng.integers(2, 8)), softness=float(np.round(rng.uniform(0.1, 0.6), 2)))

    def num_features(self) -> int:
        """Return 2."""
        return 2

    def feature_names(self) -> tuple[str, ...]:
        """Return the cosine and the sine of the angle φ."""
        n = f"{self.times}" if self.times != 1 else ""
        return f"cos {n}φ", f"sin {n}φ"

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
