"""The encoder ``triangle``."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Encoder, Params, Samples, namespace


class TriangleEncoder(Encoder):
    """Triangle waves, which rise and fall linearly: scale (2/π) asin(sin(2π (x / period + phase))).

    Their creases fold the picture like paper. Suggested as an extension by the author of
    tuanle618/neural-net-random-art.
    """

    period: float = Field(default=1.5, ge=0.001, le=1000, description="distance between crests, in frame coordinates")
    axes: Literal["x", "y", "both"] = Field(
        default="both", description="coordinates that become waves, one feature each"
    )
    phase: float = Field(default=0.0, ge=-1000, le=1000, description="phase of the waves, in periods")
    scale: float = Field(default=1.0, ge=-1000, le=1000, description="amplitude of the waves")

    @classmethod
    def examples(cls) -> tuple[TriangleEncoder, ...]:
        """Return both axes, and each alone."""
        return cls(), cls(axes="x", period=0.5, phase=0.25), cls(axes="y", period=3.0, scale=-2.0)

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> TriangleEncoder:
        """Return wide or narrow pleats with any phase."""
        return cls(period=float(np.round(rng.uniform(0.7, 2.5), 2)), phase=float(np.round(rng.uniform(), 2)))

    def num_features(self) -> int:
        """Return 1 for each axis."""
        return 2 if self.axes == "both" else 1

    def feature_names(self) -> tuple[str, ...]:
        """Return the name of the wave along each axis."""
        return tuple(f"tri {axis}" for axis in ("x", "y") if self.axes in (axis, "both"))

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the waves."""
        xp = namespace(samples.anchor)
        rows = {"x": slice(0, 1), "y": slice(1, 2), "both": slice(0, 2)}[self.axes]
        turns = samples.anchor[rows, :] / self.period + (self.phase + 0.25)
        return self.scale * (1.0 - 4.0 * xp.abs(turns - xp.floor(turns) - 0.5))
