"""The network ``patch-discriminator``."""

from __future__ import annotations

from limner_plugins.layers.convolutions.geometry import Geometry
from limner_plugins.layers.layer import Layer
from limner_plugins.networks._discriminators import KERNEL, DownsamplingDiscriminator


class PatchDiscriminator(DownsamplingDiscriminator):
    """Judges a picture beside its source, patch by patch: a map of numbers, each for what it sees of both.

    Behind the halvings a convolution of as many channels as the last has, then one to the number. With ``width = 64``
    and a depth of 4, 256 x 320 pixels give 16 x 20 numbers, each of 142 x 142 pixels; a depth of 3 is the discriminator of
    Isola et al., which sees 70 x 70.

    Source: P. Isola et al., "Image-to-image translation with conditional adversarial networks", 2017.
    """

    @classmethod
    def examples(cls) -> tuple[PatchDiscriminator, ...]:
        """Small ones of every kind: the kit differentiates them numerically."""
        return (
            cls(width=2, widest=3, depth=2, activation="swish", init="he", scale=1.0),
            cls(width=2, depth=1, norm="none", spectral=True, activation="tanh", scale=0.5),
            cls(width=1, widest=2, depth=2, norm="batch", activation="sin", init="glorot", scale=1.0),
        )

    def depth_for(self, size: tuple[int, int]) -> int:
        """As many as leave about 16 pixels of the shorter side: 1 to 4."""
        return min(4, max(1, (min(size) // 16).bit_length() - 1))

    def head(self, fan_out: int) -> tuple[Layer, ...]:
        """One more level that halves nothing, and the numbers."""
        last = min(self.width * 2 ** (self._depth - 1), self.widest)
        return *self._level(last, 1), self._convolution(fan_out, Geometry.same(KERNEL))

    def receptive_field(self) -> int:
        """Two kernels on the last map, then level by level: twice as far, and a kernel's rim."""
        side = 2 * KERNEL - 1
        for _ in range(self._depth):
            side = 2 * (side - 1) + KERNEL
        return side
