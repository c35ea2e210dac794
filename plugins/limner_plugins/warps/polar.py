"""The warp ``polar``."""

from __future__ import annotations

from math import pi, tau
from typing import Literal

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Params, Warp, namespace
from limner_plugins.common.fields import Point


class Polar(Warp):
    """Bends the picture round a centre: across becomes around, and down becomes outwards.

    With the radius r, ρ = sqrt(r² + eye²), the depth d = ln ρ or ρ, n repeats, and α = n (φ + 2π twist d), where φ is
    the angle from straight up, the ends are joined by

    - ``wave``, x' = sin α: n petals, each its own mirror image, and nothing shows;
    - ``mirror``, x' = (2/π) asin(sin α): the same, with a crease along each mirror;
    - ``none``, x' = α / π: no mirrors, but a cut straight down, unless a warp that repeats comes next, such as
      ``tile`` or ``wallpaper``: then there is none.

    Outwards, y' = (stretch n / π) d. With ``log`` a stretch of 1 makes ``none`` conformal: small squares stay square,
    however near to the centre. All angles meet in the eye; there x' of ``wave`` and ``mirror`` fades to 0, by r / ρ,
    so that no needle's point is left.

    Sources: the polar and log-polar transforms of image processing (Schwartz 1977); the fade is limner's own.
    """

    repeats: int = Field(default=3, ge=1, le=1000, description="how often the picture goes round")
    seam: Literal["wave", "mirror", "none"] = Field(default="wave", description="how its ends are joined")
    radius: Literal["log", "linear"] = Field(
        default="log", description="what becomes of the radius: log is a tunnel without end, linear a disc"
    )
    stretch: float = Field(default=1.0, ge=-1000, le=1000, description="how fast the picture goes by outwards")
    twist: float = Field(
        default=0.0, ge=-100, le=100, description="spirals: turns while the depth (ln r, or r) grows by 1"
    )
    eye: float = Field(default=0.05, ge=0.0001, le=1000, description="the radius within which all angles flow together")
    centre: Point = Field(default=(0.0, 0.0), description="where the radius is 0, x and y")

    @classmethod
    def examples(cls) -> tuple[Polar, ...]:
        """Every seam, both radii, a spiral."""
        return (
            cls(),
            cls(seam="mirror", radius="linear", stretch=2.0),
            cls(repeats=5, seam="none", twist=0.2, eye=0.01, centre=(0.3, -0.2)),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Polar:
        """A tunnel or a flower, often spiralling."""
        twist = float(np.round(rng.uniform(-0.4, 0.4), 2)) if rng.random() < 0.6 else 0.0
        return cls(repeats=int(rng.integers(1, 8)), twist=twist)

    def forward(self, params: Params, xy: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return where the points lie around the centre, and how far outwards."""
        xp, n = namespace(xy), self.repeats
        x, y = xy[0, :] - self.centre[0], xy[1, :] - self.centre[1]
        r = xp.sqrt(x * x + y * y)
        soft = xp.sqrt(r * r + self.eye**2)
        depth = xp.log(soft) if self.radius == "log" else soft
        phi = n * (xp.atan2(x, -y) + (tau * self.twist) * depth)
        if self.seam == "none":
            around = phi / pi
        elif self.seam == "wave":
            around = xp.sin(phi) * (r / soft)
        else:  # asin loses half of float32's digits near its ends; a triangle wave does not
            turns = phi / tau + 0.25
            around = (1.0 - 4.0 * xp.abs(turns - xp.floor(turns) - 0.5)) * (r / soft)
        return xp.stack([around, (self.stretch * n / pi) * depth])
