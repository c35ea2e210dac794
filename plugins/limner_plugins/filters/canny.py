"""The filter ``canny``."""

from __future__ import annotations

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import Array, Context, ImageFilter, Params, Samples
from limner_plugins.common.images import each, luma, sources


class Canny(ImageFilter):
    """Edges one pixel wide, 1 on 0: where the light changes most, followed as long as it changes enough.

    Source: J. Canny, "A computational approach to edge detection", 1986. It is scikit-image's, which works on the host.
    """

    sigma: float = Field(default=1.0, gt=0, le=32, description="σ of a Gaussian before, pixels: less is more detail")
    low: float = Field(default=0.1, ge=0, le=1, description="how steep an edge must be to be followed")
    high: float = Field(default=0.2, ge=0, le=1, description="how steep it must be somewhere")

    @model_validator(mode="after")
    def _in_order(self) -> Canny:
        if self.low > self.high:
            raise ValueError(f"high must be at least low = {self.low}, got {self.high}")
        return self

    @classmethod
    def examples(cls) -> tuple[Canny, ...]:
        """Fine and coarse."""
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
