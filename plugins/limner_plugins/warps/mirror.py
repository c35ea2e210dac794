"""The warp ``mirror``."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Params, Warp, namespace

Coordinate = Annotated[float, Field(ge=-1000, le=1000)]


class Mirror(Warp):
    """Folds the picture: x' = cx + |x - cx|, and so for y."""

    axes: Literal["x", "y", "both"] = Field(default="x", description="which coordinates are folded")
    centre: tuple[Coordinate, Coordinate] = Field(default=(0.0, 0.0), description="where the folds lie, x and y")

    @classmethod
    def examples(cls) -> tuple[Mirror, ...]:
        """Each axis, and a fold off the middle."""
        return cls(), cls(axes="y"), cls(axes="both", centre=(0.25, -0.1))

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Mirror:
        """One axis or both."""
        return cls(axes="both") if rng.random() < 0.5 else cls()

    def forward(self, params: Params, xy: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the folded points."""
        xp = namespace(xy)
        rows = [
            c + xp.abs(xy[i, :] - c) if self.axes in (axis, "both") else xy[i, :]
            for i, (axis, c) in enumerate(zip("xy", self.centre, strict=True))
        ]
        return xp.stack(rows)
