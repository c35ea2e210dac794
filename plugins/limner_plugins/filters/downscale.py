"""The filter ``downscale``."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from limner.plugin import Array, Context, ImageFilter, Params, Samples
from limner_plugins.common.axes import Along, across, area, linear, nearest
from limner_plugins.common.images import sources


class Downscale(ImageFilter):
    """Small copies: each pixel the mean of a block; blocks at the right and lower borders may lack some.

    A network that is to enlarge them gives ``factor`` times the width and height. With ``enlarge`` the copies are
    brought back to the size of the pictures, as ``blocks`` or interpolated, and the network is to make them crisp.

    A picture that is handed in when all is learned is taken for such a copy already: for a small one, or for a small
    one enlarged.
    """

    training_only: ClassVar[bool] = True

    factor: Literal[2, 4, 8] = Field(default=4, description="how many times smaller")
    enlarge: Literal["no", "blocks", "linear"] = Field(
        default="no", description="give them back at the size of the pictures: as blocks, or interpolated"
    )

    @classmethod
    def examples(cls) -> tuple[Downscale, ...]:
        """Small ones, and small ones enlarged."""
        return cls(factor=2), cls(), cls(factor=8, enlarge="blocks"), cls(factor=4, enlarge="linear")

    def num_features(self) -> int:
        """Return 3: red, green and blue."""
        return 3

    def output_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """So many times smaller, rounded up, or the same where they are enlarged."""
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
        """From so many pixels over the factor to so many again."""
        few = -(-size // self.factor)
        return nearest(few, self.factor, size) if self.enlarge == "blocks" else linear(few, size)
