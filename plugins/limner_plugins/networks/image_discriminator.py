"""The network ``image-discriminator``."""

from __future__ import annotations

from typing import ClassVar

from limner_plugins.layers.convolutions.geometry import Geometry
from limner_plugins.layers.layer import Layer
from limner_plugins.layers.pooling import GlobalMean
from limner_plugins.networks._discriminators import KERNEL, DownsamplingDiscriminator


class ImageDiscriminator(DownsamplingDiscriminator):
    """A discriminator that rates a whole picture, without a source, by one number.

    Downsampling leaves a map of about four numbers per side, which the last convolution covers. On a larger map its
    outputs are averaged.

    Source: A. Radford et al., "Unsupervised representation learning with deep convolutional generative adversarial
    networks", 2015.
    """

    sees_source: ClassVar[bool] = False
    min_side: ClassVar[int] = KERNEL

    @classmethod
    def examples(cls) -> tuple[ImageDiscriminator, ...]:
        """Return small networks of every variant; the conformance kit differentiates them numerically."""
        return (
            cls(width=2, depth=1, activation="swish", init="he", scale=1.0),
            cls(width=3, depth=1, norm="none", spectral=True, activation="tanh", scale=0.5),
            cls(width=2, depth=1, norm="batch", activation="sin", init="glorot", scale=1.0),
        )

    def depth_for(self, size: tuple[int, int]) -> int:
        """Return the number of steps, 1 to 6, that leaves at least four pixels of the shorter side."""
        return min(6, max(1, (min(size) // KERNEL).bit_length() - 1))

    def head(self, fan_out: int) -> tuple[Layer, ...]:
        """Return a convolution over the whole map, and the mean of its outputs."""
        return self._convolution(fan_out, Geometry(KERNEL)), GlobalMean()

    def receptive_field(self) -> int:
        """Return the side of the receptive field of one output of the last convolution, in pixels.

        The mean over a larger map sees the whole picture.
        """
        side = KERNEL
        for _ in range(self._depth):
            side = 2 * (side - 1) + KERNEL
        return side
