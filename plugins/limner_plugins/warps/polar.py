"""The warp ``polar``."""

from __future__ import annotations

from math import pi, tau
from typing import Literal

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Params, Warp, namespace
from limner_plugins.common.fields import Point


class Polar(Warp):
    """Polar coordinates: the horizontal direction becomes the angle, the vertical one the distance from a centre.

    With the radius r, ρ = sqrt(r² + eye²), the depth d = ln ρ or ρ, n repeats, and α = n (φ + 2π twist d), where φ is
    the angle from straight up, the seam is joined by

    - ``wave``, x' = sin α: n petals, each mirror-symmetric, without a visible seam;
    - ``mirror``, x' = (2/π) asin(sin α): mirror-symmetric too, with a crease along each mirror line;
    - ``none``, x' = α / π: no mirrors, but a cut straight down, unless the next warp repeats the picture, such as
      ``tile`` or ``wallpaper``.

    The vertical coordinate is y' = (stretch n / π) d. With ``log``, a stretch of 1 makes ``none`` conformal: small
    squares stay square at every scale. All angles meet in the eye; there x' of ``wave`` and ``mirror`` fades to 0 as
    r / ρ, so that the petals end without a spike.

    Sources: the polar and log-polar transforms of image processing (Schwartz 1977); the fade is limner's own.
    """

    repeats: int = Field(default=3, ge=1, le=1000, description="repetitions of the picture around the centre")
    seam: Literal["wave", "mirror", "none"] = Field(default="wave", description="how the ends of the angle are joined")
    radius: Literal["log", "linear"] = Field(
        default="log", description="mapping of the radius: log gives an endless tunnel, linear a disc"
    )
    stretch: float = Field(default=1.0, ge=-1000, le=1000, description="speed of the picture along the radius")
    twist: float = Field(default=0.0, ge=-100, le=100, description="spiral: turns per unit of depth (ln r, or r)")
    eye: float = Field(default=0.05, ge=0.0001, le=1000, description="radius within which all angles merge")
    centre: Point = Field(default=(0.0, 0.0), description="centre of the polar coordinates, x and y")

    @classmethod
    def examples(cls) -> tuple[Polar, ...]:
        """Return every seam, both radii, and a spiral."""
        return (
            cls(),
            cls(seam="mirror", radius="linear", stretch=2.0),
            cls(repeats=5, seam="none", twist=0.2, eye=0.01, centre=(0.3, -0.2)),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Polar:
        """Return a tunnel or a flower, often spiralling."""
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
