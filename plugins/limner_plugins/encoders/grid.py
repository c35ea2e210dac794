"""The encoder ``grid``."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import (
    Array,
    Context,
    Encoder,
    EncoderPullback,
    Parameter,
    ParameterLayout,
    Params,
    Samples,
    namespace,
)
from limner_plugins.encoders._grid import Interpolation, Levels, corners, plan

TABLE = 17
"""log2 of the maximum table size of a level, for a grid that is configured for a picture."""
SPLINE_TABLE = 19
"""The same for a spline, which has fewer levels but a corner for every pixel of pictures of up to half a megapixel."""
SPLINE_FINEST, SPLINE_COARSEST = 1.09, 0.53
"""Cells of the finest grid of a spline for each pixel, and those of the coarsest for each of the finest.

Neither is near a simple fraction: corners that keep their place among the pixels leave patterns between these that no
pixel restrains, and an enlarged picture shows them.
"""


class GridEncoder(Encoder):
    """Trainable numbers at the corners of several grids, coarse to fine, interpolated between the corners.

    With it a small network learns a photograph within seconds: each step changes only the numbers around the points of
    its batch. A grid with more corners than a level may have entries is hashed: several corners share an entry, and
    the network resolves the collisions. Source: Müller et al., "Instant neural graphics primitives with a
    multiresolution hash encoding", 2022. The table is stored in θ and trainable.

    The grids cover the picture in ``aspect``, whatever the frame; a picture of another aspect shows the part that fits.
    Outside, the grids are mirrored. The features are the first numbers of all levels, coarsest first, then the second
    ones.
    """

    levels: int = Field(default=8, ge=1, le=32, description="number of grids")
    width: int = Field(default=2, ge=1, le=16, description="numbers per corner: the features of each level")
    coarsest: int = Field(default=64, ge=1, le=4096, description="cells of the first grid along its short side")
    finest: int = Field(default=192, ge=1, le=65_536, description="cells of the last grid along its short side")
    log2_table: int = Field(default=16, ge=2, le=22, description="log2 of the maximum number of entries per level")
    aspect: float = Field(
        default=1.0, ge=0.01, le=100, description="aspect ratio of the covered picture, width over height"
    )
    interpolation: Interpolation = Field(
        default="bilinear",
        description="interpolation between corners: bilinear, with creases along the cells; smoothstep, flat at the"
        " corners; or spline, smooth everywhere, from three corners a side",
    )
    init_scale: float = Field(
        default=1e-4, ge=0, le=1000, description="bound v of the initial values, uniform in [-v, v]"
    )

    @model_validator(mode="after")
    def _in_order(self) -> GridEncoder:
        if self.coarsest > self.finest:
            raise ValueError(f"finest must be at least coarsest = {self.coarsest}, got {self.finest}")
        return self

    @classmethod
    def examples(cls) -> tuple[GridEncoder, ...]:
        """Return dense and hashed grids, and both; square, wide and tall."""
        return (
            cls(levels=2, coarsest=2, finest=5, init_scale=1.0),
            cls(levels=3, coarsest=3, finest=20, log2_table=6, aspect=1.5, init_scale=0.5),
            cls(levels=2, width=3, coarsest=3, finest=6, aspect=0.6, interpolation="smoothstep"),
            cls(levels=1, width=1, coarsest=50, finest=50, log2_table=5, interpolation="smoothstep", init_scale=1.0),
            cls(levels=3, coarsest=1, finest=9, aspect=1.4, log2_table=5, interpolation="spline", init_scale=0.5),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> None:  # noqa: ARG003
        """Return None: untrained grids are plain value noise."""
        return

    def settings_for(self, size: tuple[int, int]) -> dict[str, Any]:
        """Return a grid for a picture: from a quarter of its pixels a side to three quarters.

        A spline has about half to all of them. A finer grid fits noise between pixels, and hashing causes specks: the
        finest grid of a large picture has at most as many corners as the table has entries.
        """
        width, height = size
        aspect = min(max(width / height, 0.01), 100.0)
        spline = self.interpolation == "spline"
        table, fineness = (SPLINE_TABLE, SPLINE_FINEST) if spline else (TABLE, 0.75)
        finest = min(round(fineness * min(width, height)), int((2**table / max(aspect, 1 / aspect)) ** 0.5) - 1)
        finest = max(finest, 1)
        coarsest = round(SPLINE_COARSEST * finest) if spline else finest // 3
        return {"aspect": aspect, "finest": finest, "coarsest": max(coarsest, 1), "log2_table": table}

    def num_features(self) -> int:
        """Return ``width`` for each level."""
        return self.levels * self.width

    def param_layout(self) -> ParameterLayout:
        """Return the layout of the table: level after level, a row for each number of a corner."""
        return ParameterLayout((Parameter("table", self._shape()),))

    def init_params(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Return uniform numbers, as in the paper."""
        return {"table": rng.uniform(-self.init_scale, self.init_scale, self._shape())}

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:
        """Return the interpolated numbers."""
        return self._read(params, *self._corners(samples, ctx))

    def vjp(self, params: Params, samples: Samples, ctx: Context) -> tuple[Array, EncoderPullback]:
        """Return the interpolated numbers; the pullback scatters the gradient to the corners by their weights."""
        index, weights = self._corners(samples, ctx)
        entries, size = self._shape()

        def pullback(dy: Array) -> dict[str, Array]:
            xp = namespace(dy)
            values = xp.reshape(dy, (entries, 1, 1, self.levels, samples.count)) * weights
            flat = xp.reshape(values, (entries, weights.size))
            return {"table": ctx.primitives.scatter_add(xp.reshape(index, (-1,)), flat, size)}

        return self._read(params, index, weights), pullback

    def _shape(self) -> tuple[int, int]:
        return self.width, self._levels().size

    def _levels(self) -> Levels:
        return plan(self.levels, self.coarsest, self.finest, self.aspect, 2**self.log2_table)

    def _corners(self, samples: Samples, ctx: Context) -> tuple[Array, Array]:
        return corners(samples.anchor, ctx.bounds, self._levels(), self.interpolation)

    def _read(self, params: Params, index: Array, weights: Array) -> Array:
        xp = namespace(weights)
        seen = xp.reshape(xp.take(params["table"], xp.reshape(index, (-1,)), axis=1), (self.width, *index.shape))
        return xp.reshape(xp.sum(seen * weights, axis=(1, 2)), (self.num_features(), index.shape[-1]))
