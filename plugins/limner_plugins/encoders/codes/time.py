"""The encoder ``time``."""

from __future__ import annotations

from math import cos, sin, tau
from typing import ClassVar

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Domain, Encoder, Params, Samples, device, namespace


class Time(Encoder):
    """The moment of an animation t as a point that runs round a circle: radius cos(2π turns t), radius sin(2π turns t).

    It is the same all over the picture. As turns is a whole number, the moment 1 is the moment 0 again: the loop
    closes. A small circle moves the picture a little, a large one through many pictures. A still shows t = 0.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code"})

    turns: int = Field(default=1, ge=-1000, le=1000, description="times round in one loop; negative runs backwards")
    radius: float = Field(default=1.0, ge=0, le=1000, description="the size of the circle: how much there is to see")
    phase: float = Field(default=0.0, ge=-1000, le=1000, description="where on the circle the loop begins, in turns")

    @classmethod
    def examples(cls) -> tuple[Time, ...]:
        """Once round, and thrice backwards."""
        return cls(), cls(turns=-3, radius=0.5, phase=0.1)

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> None:  # noqa: ARG003
        """Nothing: a still does not show it."""
        return

    def num_features(self) -> int:
        """Return 2."""
        return 2

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the point on the circle, for every sample."""
        anchor = samples.anchor
        # Whole turns are taken off first, so that the loop closes to the bit.
        angle = tau * ((self.turns * ctx.time) % 1.0 + self.phase)
        point = [self.radius * cos(angle), self.radius * sin(angle)]
        row = namespace(anchor).asarray(point, dtype=anchor.dtype, device=device(anchor))
        return namespace(anchor).broadcast_to(row[:, None], (2, samples.count))
