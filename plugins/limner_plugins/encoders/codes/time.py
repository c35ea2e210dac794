"""The encoder ``time``."""

from __future__ import annotations

from math import cos, sin, tau
from typing import ClassVar

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Domain, Encoder, Params, Samples, device, namespace


class Time(Encoder):
    """The time t of an animation as a point on a circle: radius cos(2π turns t), radius sin(2π turns t).

    It is constant over a picture. ``turns`` is a whole number, so the times 0 and 1 agree and the loop closes. A small
    circle changes the picture a little, a large one leads through many pictures. A still picture shows t = 0.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code"})

    turns: int = Field(default=1, ge=-1000, le=1000, description="turns per loop; negative values run backwards")
    radius: float = Field(default=1.0, ge=0, le=1000, description="radius of the circle: how much the picture changes")
    phase: float = Field(default=0.0, ge=-1000, le=1000, description="start of the loop on the circle, in turns")

    @classmethod
    def examples(cls) -> tuple[Time, ...]:
        """Return one turn, and three backwards."""
        return cls(), cls(turns=-3, radius=0.5, phase=0.1)

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
        point = [self.radius * cos(angle), self.radius * sin(angle)]
        row = namespace(anchor).asarray(point, dtype=anchor.dtype, device=device(anchor))
        return namespace(anchor).broadcast_to(row[:, None], (2, samples.count))
