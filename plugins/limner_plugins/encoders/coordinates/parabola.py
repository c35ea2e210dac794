"""The encoder ``parabola``."""

from __future__ import annotations

from math import cos, radians, sin
from typing import Literal

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Encoder, Params, Samples, namespace
from limner_plugins.common.fields import Degrees, Point


class Parabola(Encoder):
    """Vertical distance of a point from a parabola: scale (y - a x²), and the same with x and y exchanged.

    x and y are relative to the vertex, along axes that may be rotated. Suggested as an extension by
    the author of tuanle618/neural-net-random-art.
    """

    curvature: float = Field(default=1.5, ge=-1000, le=1000, description="a; negative values open the other way")
    axes: Literal["y", "x", "both"] = Field(
        default="both", description="axis along which it opens; both gives two features"
    )
    rotation: Degrees = Field(default=0.0, description="rotation in degrees, clockwise if y points down")
    vertex: Point = Field(default=(0.0, 0.0), description="vertex of the parabola, x and y")
    scale: float = Field(default=1.0, ge=-1000, le=1000, description="factor of the features")

    @classmethod
    def examples(cls) -> tuple[Parabola, ...]:
        """Return both features, and each alone, rotated and moved."""
        return cls(), cls(axes="y", curvature=-3.0, vertex=(0.2, -0.4)), cls(axes="x", rotation=30.0, scale=0.5)

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Parabola:
        """Return a flat or steep parabola at any angle."""
        return cls(curvature=float(np.round(rng.uniform(0.8, 3.0), 2)), rotation=float(rng.integers(0, 360)))

    def num_features(self) -> int:
        """Return 1 for each axis."""
        return 2 if self.axes == "both" else 1

    def feature_names(self) -> tuple[str, ...]:
        """Return the terms of the features, without factors."""
        terms = {"y": "y − x²", "x": "x − y²"}
        return tuple(terms.values()) if self.axes == "both" else (terms[self.axes],)

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
