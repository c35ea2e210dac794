"""The network ``patch-discriminator``."""

from __future__ import annotations

from limner_plugins.layers.convolutions.geometry import Geometry
from limner_plugins.layers.layer import Layer
from limner_plugins.networks._discriminators import KERNEL, DownsamplingDiscriminator


class PatchDiscriminator(DownsamplingDiscriminator):
    """A discriminator that rates a picture together with its source, patch by patch, by a map of numbers.

    Downsampling is followed by a convolution with as many channels as the last level, then by one with a single
    channel. With ``width = 64`` and a depth of 4, 256 x 320 pixels give 16 x 20 numbers, each of which sees 142 x 142
    pixels. A depth of 3 is the discriminator of Isola et al., which sees 70 x 70.

    Source: P. Isola et al., "Image-to-image translation with conditional adversarial networks", 2017.
    """

    @classmethod
    def examples(cls) -> tuple[PatchDiscriminator, ...]:
        """Return small networks of every variant; the conformance kit differentiates them numerically."""
        return (
            cls(width=2, widest=3, depth=2, activation="swish", init="he", scale=1.0),
            cls(width=2, depth=1, norm="none", spectral=True, activation="tanh", scale=0.5),
            cls(width=1, widest=2, depth=2, norm="batch", activation="sin", init="glorot", scale=1.0),
        )

    def depth_for(self, size: tuple[int, int]) -> int:
        """Return the number of steps, 1 to 4, that leaves about 16 pixels of the shorter side."""
        return min(4, max(1, (min(size) // 16).bit_length() - 1))

    def head(self, fan_out: int) -> tuple[Layer, ...]:
        """Return a level without downsampling, and the convolution to the numbers."""
        last = min(self.width * 2 ** (self._depth - 1), self.widest)
        return *self._level(last, 1), self._convolution(fan_out, Geometry.same(KERNEL))

    def receptive_field(self) -> int:
        """Return the side of the receptive field of one number, in pixels."""
        side = 2 * KERNEL - 1
        for _ in range(self._depth):
            side = 2 * (side - 1) + KERNEL
        return side
