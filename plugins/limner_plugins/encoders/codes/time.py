"""The encoder ``time``."""

from __future__ import annotations

from math import cos, sin, tau
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Domain, Encoder, Params, Samples, device, namespace


class Time(Encoder):
    """The time t of an animation as a point on a circle: radius cos(2π turns t), radius sin(2π turns t).

    It is constant over a picture. ``turns`` is a whole number, so the times 0 and 1 agree and the loop closes. A small
    circle changes the picture a little, a large one leads through many pictures. A still picture shows t = 0.

    With ``start = "origin"`` the circle passes through the origin, and the loop starts there: both features are 0 at
    t = 0. So a painted artwork can get this encoder without a change of its still picture.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code"})

    turns: int = Field(default=1, ge=-1000, le=1000, description="turns per loop; negative values run backwards")
    radius: float = Field(default=1.0, ge=0, le=1000, description="radius of the circle: how much the picture changes")
    phase: float = Field(default=0.0, ge=-1000, le=1000, description="start of the loop on the circle, in turns")

    start: Literal["circle", "origin"] = Field(
        default="circle",
        description="start of the loop: on a circle around the origin (circle); or at the origin, on a circle that"
        " passes through it, so that a still picture does not depend on the time (origin)",
    )

    @classmethod
    def examples(cls) -> tuple[Time, ...]:
        """Return one turn, three backwards, and one that starts at the origin."""
        return cls(), cls(turns=-3, radius=0.5, phase=0.1), cls(phase=0.3, start="origin")

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> None:  # noqa: ARG003
        """Return None: a still picture does not show it."""
        return

    def num_features(self) -> int:
        """Return 2."""
        return 2

    def feature_names(self) -> tuple[str, ...]:
        """Return the cosine and the sine of the time."""
        return "cos t", "sin t"

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the point on the circle, for every sample."""
        anchor = samples.anchor
        # Whole turns are removed first, so that the loop closes exactly.
        angle = tau * ((self.turns * ctx.time) % 1.0 + self.phase)
        first = tau * self.phase
        x, y = (cos(first), sin(first)) if self.start == "origin" else (0.0, 0.0)
        point = [self.radius * (cos(angle) - x), self.radius * (sin(angle) - y)]
        row = namespace(anchor).asarray(point, dtype=anchor.dtype, device=device(anchor))
        return namespace(anchor).broadcast_to(row[:, None], (2, samples.count))
