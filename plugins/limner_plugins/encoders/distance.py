"""The encoder ``distance``."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Encoder, Params, Samples, namespace
from limner_plugins.common.fields import Degrees, Point
from limner_plugins.common.outlines.shapes import Proportions, Shape, outline


class Distance(Encoder):
    """Signed distance d of a point from the outline of a shape, negative inside: d / reach, or tanh of it.

    The shape shows in whatever the network paints, without an edge of its own. With ``soft`` the feature runs from -1
    deep inside to 1 far outside, and ``reach`` is the width of the transition.
    Source: Quilez, "2D distance functions".
    """

    conditional_fields = (
        ("aspect", "shape", "box", "rounded-box"),
        ("thickness", "shape", "ring", "rounded-box", "line", "cross"),
        ("sides", "shape", "polygon", "star"),
        ("inner", "shape", "star"),
    )

    shape: Shape = Field(default="heart", description="the shape")
    size: float = Field(
        default=0.6, gt=0, le=1000, description="half of the height, or the radius, in frame coordinates"
    )
    aspect: float = Field(default=1.0, ge=0.001, le=1000, description="width of a box over its height")
    thickness: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="thickness of a ring, line or cross, or rounding of a box, as a fraction of the size",
    )
    sides: int = Field(default=5, ge=3, le=360, description="sides of a polygon, or tips of a star")
    inner: float = Field(
        default=0.45, ge=0.05, le=0.99, description="radius of the notches of a star, as a fraction of that of its tips"
    )
    rotation: Degrees = Field(default=0.0, description="rotation in degrees, clockwise if y points down")
    centre: Point = Field(default=(0.0, 0.0), description="centre of the shape, x and y")
    reach: float = Field(
        default=0.3, gt=0, le=1000, description="distance that gives a feature of 1, in frame coordinates"
    )
    soft: bool = Field(default=False, description="limit the distance by tanh inside and far outside")

    @classmethod
    def examples(cls) -> tuple[Distance, ...]:
        """Return each shape."""
        return (
            cls(),
            cls(shape="circle", soft=True),
            cls(shape="ring", size=0.8, thickness=0.1, centre=(0.2, 0.1)),
            cls(shape="box", aspect=1.6, rotation=20.0),
            cls(shape="rounded-box", aspect=0.5, thickness=0.5, reach=1.0),
            cls(shape="polygon", sides=6),
            cls(shape="star", sides=7, inner=0.6, rotation=-15.0),
            cls(shape="line", thickness=0.05),
            cls(shape="cross", rotation=45.0, soft=True, reach=0.1),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Distance:
        """Return any shape, rotated."""
        x, y = np.round(rng.uniform(-0.3, 0.3, 2), 2)
        likely: tuple[Shape, ...] = ("circle", "ring", "rounded-box", "polygon", "star", "cross", "heart")
        return cls(
            shape=likely[rng.integers(len(likely))],
            size=float(np.round(rng.uniform(0.4, 0.8), 2)),
            sides=int(rng.integers(3, 9)),
            rotation=float(rng.integers(-30, 31)),
            centre=(float(x), float(y)),
        )

    def num_features(self) -> int:
        """Return 1."""
        return 1

    def feature_names(self) -> tuple[str, ...]:
        """Return the name of the distance."""
        return ("d",)

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the distances."""
        xy = samples.anchor
        x, y = xy[0, :] - self.centre[0], self.centre[1] - xy[1, :]  # y points up from here on
        c, s = cos(radians(self.rotation)), sin(radians(self.rotation))
        proportions = Proportions(self.aspect, self.thickness, self.sides, self.inner)
        distance = outline(self.shape, c * x - s * y, s * x + c * y, self.size, proportions)[None, :] / self.reach
        return namespace(xy).tanh(distance) if self.soft else distance
