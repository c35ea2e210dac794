"""The filter ``downscale``."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from limner.plugin import Array, Context, ImageFilter, Params, Samples
from limner_plugins.common.axes import Along, across, area, linear, nearest
from limner_plugins.common.images import sources


class Downscale(ImageFilter):
    """Downscaled copies: each pixel is the mean of a block; blocks at the right and bottom borders may be smaller.

    A network that enlarges them outputs ``factor`` times the width and height. With ``enlarge`` the copies are brought
    back to the original size, as ``blocks`` or interpolated, and the network sharpens them.

    ``limner translate apply`` expects pictures that are such copies already: small, or small and enlarged.
    """

    training_only: ClassVar[bool] = True

    factor: Literal[2, 4, 8] = Field(default=4, description="downscaling factor")
    enlarge: Literal["no", "blocks", "linear"] = Field(
        default="no", description="enlargement back to the original size: none, as blocks, or interpolated"
    )

    @classmethod
    def examples(cls) -> tuple[Downscale, ...]:
        """Return small copies, and enlarged ones."""
        return cls(factor=2), cls(), cls(factor=8, enlarge="blocks"), cls(factor=4, enlarge="linear")

    def num_features(self) -> int:
        """Return 3: red, green and blue."""
        return 3

    def output_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the size over the factor, rounded up, or the same size if the copies are enlarged."""
        return size if self.enlarge != "no" else (-(-size[0] // self.factor), -(-size[1] // self.factor))

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:  # noqa: ARG002
        """Return the small copies, or these enlarged."""
        images = sources(samples)
        height, width = images.shape[2:]
        small = across(images, area(height, self.factor), area(width, self.factor))
        if self.enlarge == "no":
            return small
        return across(small, self._enlarging(height), self._enlarging(width))

    def _enlarging(self, size: int) -> Along:
        """Return the map along an axis from the copy back to the original number of pixels."""
        few = -(-size // self.factor)
        return nearest(few, self.factor, size) if self.enlarge == "blocks" else linear(few, size)
