"""The convolution."""

from __future__ import annotations

from dataclasses import dataclass

from limner.plugin import Array, Context
from limner_plugins.layers.convolutions import _products
from limner_plugins.layers.convolutions.geometry import sides
from limner_plugins.layers.convolutions.kernel_layer import KernelLayer
from limner_plugins.layers.layer import Size


@dataclass(frozen=True)
class Convolution(KernelLayer):
    """A correlation with a kernel, plus a bias: θ is W ``(out, k, k, in)``, row by row, then b ``(out)``."""

    def size(self, size: Size) -> Size:
        """Return the size that the geometry gives."""
        return self.geometry.outputs(size[0]), self.geometry.outputs(size[1])

    def kernel_shape(self, channels: int) -> tuple[int, int, int, int]:
        """Return ``(out, k, k, in)``."""
        return self.channels, self.geometry.kernel, self.geometry.kernel, channels

    def fans(self, kernel: tuple[int, ...]) -> tuple[float, float]:
        """Return the fans; a stride reduces the outputs that see an input."""
        taps = self.geometry.kernel**2
        return taps * kernel[3], taps * self.channels / self.geometry.stride**2

    def product(self, weights: Array, x: Array, ctx: Context) -> Array:
        """Return the weighted sums of the inputs that the kernel sees."""
        return _products.correlate(weights, x, self.geometry, self.size(sides(x)), ctx)

    def pull_product(self, flat: Array, start: int, weights: Array, dy: Array, x: Array, ctx: Context) -> Array | None:
        """Pull a gradient back through the correlation."""
        return _products.pull_correlate(flat, start, weights, dy, x, self.geometry, ctx)
