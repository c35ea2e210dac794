"""The encoder ``radius``."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Encoder, Params, Samples, namespace
from limner_plugins.common.fields import Point


class Radius(Encoder):
    """Distance from a centre: scale sqrt((x - cx)² + (y - cy)²)."""

    scale: float = Field(default=1.0, ge=-1000, le=1000, description="factor of the distance")
    centre: Point = Field(default=(0.0, 0.0), description="centre, x and y")

    @classmethod
    def examples(cls) -> tuple[Radius, ...]:
        """Return the distance from the origin, and from another point."""
        return cls(), cls(scale=2.0, centre=(0.3, -0.2))

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Radius:
        """Return distances from a point near the centre, often from the centre itself."""
        x, y = np.round(rng.uniform(-0.6, 0.6, 2), 2) if rng.random() < 0.5 else (0.0, 0.0)
        return cls(scale=float(np.round(rng.uniform(0.8, 2.0), 2)), centre=(float(x), float(y)))

    def num_features(self) -> int:
        """Return 1."""
        return 1

    def feature_names(self) -> tuple[str, ...]:
        """Return r."""
        return ("r",)

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the scaled distances."""
        xy = samples.anchor
        x, y = xy[0:1, :] - self.centre[0], xy[1:2, :] - self.centre[1]
        return self.scale * namespace(xy).sqrt(x * x + y * y)
