"""The filter ``grayscale``."""

from __future__ import annotations

from limner.plugin import Array, Context, ImageFilter, Params, Samples
from limner_plugins.common.images import luma, sources


class Grayscale(ImageFilter):
    """The luma of each pixel by ITU-R BT.601: 0.299 red, 0.587 green and 0.114 blue. One channel."""

    def num_features(self) -> int:
        """Return 1."""
        return 1

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the luma."""
        return luma(sources(samples))
