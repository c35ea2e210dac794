"""The warp ``tile``."""

from __future__ import annotations

from math import pi, tau

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Params, Warp, namespace


class Tile(Warp):
    """The picture mapped onto a torus, so that opposite edges match and copies tile a wall without a seam.

    With u and v the horizontal and vertical position as fractions, times 2π and the repeats, the points become
    x' = (sin u + twist cos(u + v)) and y' = (sin v + twist cos(u - v)), scaled back to the picture's extent.
    Without twist, each tile is mirror-symmetric; the twist breaks that symmetry.
    """

    columns: int = Field(default=1, ge=1, le=1000, description="tiles along x, the first frame coordinate")
    rows: int = Field(default=1, ge=1, le=1000, description="tiles along y, the second frame coordinate")
    twist: float = Field(
        default=0.5, ge=0, le=4, description="strength of the asymmetry; 0 makes each tile mirror-symmetric"
    )

    @classmethod
    def examples(cls) -> tuple[Tile, ...]:
        """Return one tile, several, and one without twist."""
        return cls(), cls(columns=3, rows=2), cls(twist=0.0)

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Tile:
        """Return a few tiles."""
        n = int(rng.integers(1, 4))
        return cls(columns=n, rows=n)

    def forward(self, params: Params, xy: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the torus coordinates of the points."""
        xp, b = namespace(xy), ctx.bounds
        u = (xy[0, :] - b.x0) * (tau * self.columns / (b.x1 - b.x0)) - pi
        v = (xy[1, :] - b.y0) * (tau * self.rows / (b.y1 - b.y0)) - pi
        x = xp.sin(u) + self.twist * xp.cos(u + v)
        y = xp.sin(v) + self.twist * xp.cos(u - v)
        gain = 1.0 / (1.0 + self.twist)
        return xp.stack([x * (gain * (b.x1 - b.x0) / 2), y * (gain * (b.y1 - b.y0) / 2)])
