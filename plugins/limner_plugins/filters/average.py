"""The filter ``average``."""

from __future__ import annotations

from typing import ClassVar

from limner.plugin import Array, Context, ImageFilter, Params, Samples
from limner_plugins.common.images import sources


class Average(ImageFilter):
    """Another picture of the set in place of each picture: a network cannot predict which, so it learns the average.

    Without another picture, as after training, it is the picture itself.
    """

    uses_other_images: ClassVar[bool] = True

    def num_features(self) -> int:
        """Return 3: red, green and blue."""
        return 3

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the other pictures."""
        return sources(samples) if samples.other_images is None else samples.other_images
