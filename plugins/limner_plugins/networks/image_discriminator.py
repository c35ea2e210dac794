"""The network ``image-discriminator``."""

from __future__ import annotations

from typing import ClassVar

from limner_plugins.layers.convolutions.geometry import Geometry
from limner_plugins.layers.layer import Layer
from limner_plugins.layers.pooling import GlobalMean
from limner_plugins.networks._discriminators import KERNEL, DownsamplingDiscriminator


class ImageDiscriminator(DownsamplingDiscriminator):
    """Judges a picture as a whole, and without a source: one number for each.

    Halvings leave a map of about four numbers a side, which a last convolution looks at together; of a larger map the
    mean of its answers is told.

    Source: A. Radford et al., "Unsupervised representation learning with deep convolutional generative adversarial
    networks", 2015.
    """

    sees_source: ClassVar[bool] = False
    least: ClassVar[int] = KERNEL

    @classmethod
    def examples(cls) -> tuple[ImageDiscriminator, ...]:
        """Small ones of every kind: the kit differentiates them numerically."""
        return (
            cls(width=2, depth=1, activation="swish", init="he", scale=1.0),
            cls(width=3, depth=1, norm="none", spectral=True, activation="tanh", scale=0.5),
            cls(width=2, depth=1, norm="batch", activation="sin", init="glorot", scale=1.0),
        )

    def depth_for(self, size: tuple[int, int]) -> int:
        """As many as leave at least four pixels of the shorter side, 1 to 6."""
        return min(6, max(1, (min(size) // KERNEL).bit_length() - 1))

    def head(self, fan_out: int) -> tuple[Layer, ...]:
        """A kernel over the whole map, and the mean of where it fits."""
        return self._convolution(fan_out, Geometry(KERNEL)), GlobalMean()

    def receptive_field(self) -> int:
        """The last kernel, then level by level; the mean of a larger map sees the whole."""
        side = KERNEL
        for _ in range(self._depth):
            side = 2 * (side - 1) + KERNEL
        return side
