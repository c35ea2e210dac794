"""The warp ``swirl``."""

from __future__ import annotations

from math import tau
from typing import Literal

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Params, Warp, namespace
from limner_plugins.common.fields import Point


class Swirl(Warp):
    """Rotation around a centre that fades with distance: a point at the distance r turns by strength f(r / radius).

    The falloff f(q) is 1 at the centre: ``gaussian`` exp(-q²); ``exponential`` exp(-q), with a tighter eye and a longer
    arm; ``lorentzian`` 1 / (1 + q²), which reaches the whole picture; ``compact`` (1 - q²)³, exactly 0 beyond the
    radius.
    Source: the swirl of scikit-image (exponential) and of Heckbert's zoom programs; the other falloffs are usual.
    """

    strength: float = Field(
        default=1.0, ge=-100, le=100, description="turns at the centre; negative values turn the other way"
    )
    radius: float = Field(default=0.6, gt=0, le=1000, description="reach of the rotation, in frame coordinates")
    falloff: Literal["gaussian", "exponential", "lorentzian", "compact"] = Field(
        default="gaussian", description="how the rotation fades with distance"
    )
    centre: Point = Field(default=(0.0, 0.0), description="centre of the swirl, x and y")

    @classmethod
    def examples(cls) -> tuple[Swirl, ...]:
        """Return each falloff, in both directions."""
        return (
            cls(),
            cls(strength=-2.5, falloff="exponential", centre=(0.3, 0.1)),
            cls(falloff="lorentzian", radius=0.2),
            cls(falloff="compact", radius=1.2),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Swirl:
        """Return up to a turn and a half around a point near the centre."""
        strength = float(np.round(rng.uniform(0.3, 1.5) * rng.choice([-1, 1]), 2))
        x, y = np.round(rng.uniform(-0.4, 0.4, 2), 2)
        return cls(strength=strength, radius=float(np.round(rng.uniform(0.4, 1.0), 2)), centre=(float(x), float(y)))

    def forward(self, params: Params, xy: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the points rotated by the inverse, so that the picture turns by the given angle."""
        xp, (cx, cy) = namespace(xy), self.centre
        x, y = xy[0, :] - cx, xy[1, :] - cy
        angle = (-tau * self.strength) * self._falloff((x * x + y * y) / self.radius**2)
        c, s = xp.cos(angle), xp.sin(angle)
        return xp.stack([cx + c * x - s * y, cy + s * x + c * y])

    def _falloff(self, square: Array) -> Array:
        """Return f as a function of q², within [0, 1]."""
        xp = namespace(square)
        if self.falloff == "gaussian":
            return xp.exp(-square)
        if self.falloff == "exponential":
            return xp.exp(-xp.sqrt(square))
        if self.falloff == "lorentzian":
            return 1.0 / (1.0 + square)
        return xp.maximum(1.0 - square, xp.zeros_like(square)) ** 3
