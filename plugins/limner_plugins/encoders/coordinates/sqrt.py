"""The encoder ``sqrt``."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Encoder, Params, Samples, namespace
from limner_plugins.common.fields import Point


class Sqrt(Encoder):
    """Square roots of the coordinates: scale sign(x) sqrt|x|, and the same for y.

    They change fast near the axes, which become seams that everything bends towards. Without the sign, each half of the
    picture mirrors the other. Suggested as an extension by the author of tuanle618/neural-net-random-art.
    """

    signed: bool = Field(default=True, description="give negative roots for negative coordinates")
    scale: float = Field(default=1.5, ge=-1000, le=1000, description="factor of the roots")
    centre: Point = Field(default=(0.0, 0.0), description="origin of the coordinates, x and y")

    @classmethod
    def examples(cls) -> tuple[Sqrt, ...]:
        """Return roots with and without the sign."""
        return cls(), cls(signed=False, scale=-3.0, centre=(0.5, -0.25))

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Sqrt:
        """Return seams away from the centre."""
        x, y = np.round(rng.uniform(-0.6, 0.6, 2), 2)
        return cls(signed=bool(rng.random() < 0.7), centre=(float(x), float(y)))

    def num_features(self) -> int:
        """Return 2."""
        return 2

    def feature_names(self) -> tuple[str, ...]:
        """Return √x and √y."""
        return "√x", "√y"

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the roots."""
        xy = samples.anchor
        xp = namespace(xy)
        moved = xp.stack([xy[0, :] - self.centre[0], xy[1, :] - self.centre[1]])
        roots = self.scale * xp.sqrt(xp.abs(moved))
        return xp.sign(moved) * roots if self.signed else roots
