"""The encoder ``xy``."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Encoder, Params, Samples


class Xy(Encoder):
    """The two coordinates of a point: (scale x, scale y)."""

    scale: float = Field(default=1.0, ge=-1000, le=1000, description="factor of the coordinates")

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Xy:
        """Return coordinates that show a small or a large part of the picture."""
        return cls(scale=float(np.round(rng.uniform(0.8, 2.0), 2)))

    def num_features(self) -> int:
        """Return 2."""
        return 2

    def feature_names(self) -> tuple[str, ...]:
        """Return x and y."""
        return "x", "y"

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the scaled points."""
        return samples.anchor if self.scale == 1 else self.scale * samples.anchor
