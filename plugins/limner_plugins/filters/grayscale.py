"""The filter ``grayscale``."""

from __future__ import annotations

from limner.plugin import Array, Context, ImageFilter, Params, Samples
from limner_plugins.common.images import luma, sources


class Grayscale(ImageFilter):
    """The light of each pixel, by ITU-R BT.601: 0.299 of red, 0.587 of green, 0.114 of blue. One channel."""

    def num_features(self) -> int:
        """Return 1."""
        return 1

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the luma."""
        return luma(sources(samples))
