"""The filter ``blur``."""

from __future__ import annotations

from pydantic import Field

from limner.plugin import Array, Context, ImageFilter, Params, Samples
from limner_plugins.common.axes import across, gaussian
from limner_plugins.common.images import sources


class Blur(ImageFilter):
    """A Gaussian blur, cut off at 4 σ; pictures are mirrored at the borders."""

    sigma: float = Field(default=2.0, gt=0, le=256, description="standard deviation σ, in pixels")

    @classmethod
    def examples(cls) -> tuple[Blur, ...]:
        """Return a slight blur, and one wider than the picture."""
        return cls(sigma=0.8), cls(sigma=20.0)

    def num_features(self) -> int:
        """Return 3: red, green and blue."""
        return 3

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the blurred pictures."""
        images = sources(samples)
        radius = max(1, int(4 * self.sigma + 0.5))
        return across(images, *(gaussian(size, self.sigma, radius) for size in images.shape[2:]))
