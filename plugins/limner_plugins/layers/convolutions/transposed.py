"""The transposed convolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from limner.plugin import Array, Context
from limner_plugins.layers.convolutions import _products
from limner_plugins.layers.convolutions.geometry import sides
from limner_plugins.layers.convolutions.kernel_layer import KernelLayer
from limner_plugins.layers.layer import Size


@dataclass(frozen=True)
class Transposed(KernelLayer):
    """The transpose of a convolution with this geometry, plus a bias; it upsamples by the stride.

    θ is W ``(in, k, k, out)``, row by row, then b ``(out)``.
    """

    operation: ClassVar[str] = "transposed convolution"

    def size(self, size: Size) -> Size:
        """Return the smallest size that the convolution reduces to this one."""
        return self.geometry.inputs(size[0]), self.geometry.inputs(size[1])

    def kernel_shape(self, channels: int) -> tuple[int, int, int, int]:
        """Return ``(in, k, k, out)``."""
        return channels, self.geometry.kernel, self.geometry.kernel, self.channels

    def fans(self, kernel: tuple[int, ...]) -> tuple[float, float]:
        """Return the fans; a stride reduces the inputs that an output sees."""
        taps = self.geometry.kernel**2
        return taps * kernel[0] / self.geometry.stride**2, taps * self.channels

    def product(self, weights: Array, x: Array, ctx: Context) -> Array:
        """Return the sum of kernels, one weighted by each input."""
        return _products.correlate_transposed(weights, x, self.geometry, self.size(sides(x)), ctx)

    def pull_product(self, flat: Array, start: int, weights: Array, dy: Array, x: Array, ctx: Context) -> Array | None:
        """Pull a gradient back through the transposed correlation."""
        return _products.pull_transposed(flat, start, weights, dy, x, self.geometry, ctx)
