"""The encoder ``parabola``."""

from __future__ import annotations

from math import cos, radians, sin
from typing import Literal

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Encoder, Params, Samples, namespace
from limner_plugins.common.fields import Degrees, Point


class Parabola(Encoder):
    """How far a point lies above a parabola, straight up: scale (y - a x²), and with x and y exchanged.

    x and y are counted from the vertex, along axes that may be turned. One of the shapes that the author of system A
    (tuanle618, neural-net-random-art) invites readers to add.
    """

    curvature: float = Field(default=1.5, ge=-1000, le=1000, description="a; negative opens the other way")
    axes: Literal["y", "x", "both"] = Field(
        default="both", description="along which axis it opens; both are two features"
    )
    rotation: Degrees = Field(default=0.0, description="degrees, clockwise where y runs downwards")
    vertex: Point = Field(default=(0.0, 0.0), description="the tip of the parabola, x and y")
    scale: float = Field(default=1.0, ge=-1000, le=1000, description="what the features are multiplied by")

    @classmethod
    def examples(cls) -> tuple[Parabola, ...]:
        """Both, and each alone, turned and elsewhere."""
        return cls(), cls(axes="y", curvature=-3.0, vertex=(0.2, -0.4)), cls(axes="x", rotation=30.0, scale=0.5)

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Parabola:
        """Flat or steep, at any angle."""
        return cls(curvature=float(np.round(rng.uniform(0.8, 3.0), 2)), rotation=float(rng.integers(0, 360)))

    def num_features(self) -> int:
        """Return 1 for each axis."""
        return 2 if self.axes == "both" else 1

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the heights."""
        xy, (c, s) = samples.anchor, (cos(radians(self.rotation)), sin(radians(self.rotation)))
        x, y = xy[0, :] - self.vertex[0], xy[1, :] - self.vertex[1]
        x, y = c * x + s * y, c * y - s * x
        heights = {"y": (y, x), "x": (x, y)}
        wanted = [self.axes] if self.axes != "both" else ["y", "x"]
        return namespace(xy).stack(
            [self.scale * (up - self.curvature * along * along) for up, along in (heights[axis] for axis in wanted)]
        )
