"""The filter ``canny``."""

from __future__ import annotations

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import Array, Context, ImageFilter, Params, Samples
from limner_plugins.common.images import each, luma, sources


class Canny(ImageFilter):
    """Canny edges, one pixel wide, 1 on 0: ridges of the gradient, traced from strong to weak ones.

    Source: J. Canny, "A computational approach to edge detection", 1986; scikit-image's implementation, on the host.
    """

    sigma: float = Field(
        default=1.0,
        gt=0,
        le=32,
        description="σ of the Gaussian blur applied first, in pixels; smaller values keep more detail",
    )
    low: float = Field(default=0.1, ge=0, le=1, description="gradient above which an edge is traced")
    high: float = Field(default=0.2, ge=0, le=1, description="gradient that an edge must reach somewhere")

    @model_validator(mode="after")
    def _in_order(self) -> Canny:
        if self.low > self.high:
            raise ValueError(f"high must be at least low = {self.low}, got {self.high}")
        return self

    @classmethod
    def examples(cls) -> tuple[Canny, ...]:
        """Return fine and coarse edges."""
        return cls(), cls(sigma=2.0, low=0.02, high=0.05)

    def num_features(self) -> int:
        """Return 1."""
        return 1

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the edges."""
        from skimage.feature import canny

        def edges(plane: np.ndarray) -> np.ndarray:
            return np.asarray(canny(plane, self.sigma, self.low, self.high))  # type: ignore[no-untyped-call]

        return each(luma(sources(samples)), edges)
