"""The warp ``mirror``."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Params, Warp, namespace

Coordinate = Annotated[float, Field(ge=-1000, le=1000)]


class Mirror(Warp):
    """Reflection of the picture: x' = cx + |x - cx|, and the same for y."""

    axes: Literal["x", "y", "both"] = Field(default="x", description="coordinates to mirror")
    centre: tuple[Coordinate, Coordinate] = Field(
        default=(0.0, 0.0), description="position of the mirror lines, x and y"
    )

    @classmethod
    def examples(cls) -> tuple[Mirror, ...]:
        """Return each axis, and both with a shifted centre."""
        return cls(), cls(axes="y"), cls(axes="both", centre=(0.25, -0.1))

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Mirror:
        """Return one axis or both."""
        return cls(axes="both") if rng.random() < 0.5 else cls()

    def forward(self, params: Params, xy: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the folded points."""
        xp = namespace(xy)
        rows = [
            c + xp.abs(xy[i, :] - c) if self.axes in (axis, "both") else xy[i, :]
            for i, (axis, c) in enumerate(zip("xy", self.centre, strict=True))
        ]
        return xp.stack(rows)
