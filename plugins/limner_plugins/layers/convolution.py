"""The convolution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limner.plugin import Array, Context, Entry, Layout, namespace
from limner_plugins.layers import _drawing, _taps
from limner_plugins.layers._drawing import Init
from limner_plugins.layers.geometry import Geometry
from limner_plugins.layers.layer import Layer, Pull, Size


@dataclass(frozen=True)
class Convolution(Layer):
    """A correlation with a kernel, and a bias: W ``(out, k, k, in)``, row by row, then b ``(out)``."""

    channels: int
    geometry: Geometry
    bias: bool = True
    init: Init = "he"
    scale: float = 1.0

    def out(self, channels: int) -> int:  # noqa: ARG002
        """Its own number."""
        return self.channels

    def size(self, size: Size) -> Size:
        """As the geometry says."""
        return self.geometry.outputs(size[0]), self.geometry.outputs(size[1])

    def layout(self, channels: int) -> Layout:
        """W, and b where there is one."""
        weights = Entry("W", (self.channels, self.geometry.kernel, self.geometry.kernel, channels))
        return Layout((weights, Entry("b", (self.channels,))) if self.bias else (weights,))

    def draw(self, layout: Layout, rng: np.random.Generator) -> np.ndarray:
        """Normal weights; biases of 0."""
        taps = self.geometry.kernel**2
        fans = (taps * layout.entries[0].shape[3], taps * self.channels / self.geometry.stride**2)
        return _drawing.draw(layout, rng, self.init, self.scale, fans)

    def held(self, channels: int, size: Size) -> int:  # noqa: ARG002
        """Nothing: what comes in is kept by what gave it, and what comes out is normalised or bent first."""
        return 0

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """The weighted sums of what the kernel sees."""
        y = _taps.correlate(self._weights(theta, x), x, self.geometry, self.size(x.shape[2:]), ctx)
        if self.bias:
            y += theta[-self.channels :, None, None, None]
        return y

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """Keeps x, which lies there anyway."""

        def pull(dy: Array, flat: Array, start: int) -> Array:
            weights = self._weights(theta, x)
            dx = _taps.pull_correlate(flat, start, weights, dy, x, self.geometry, ctx)
            if self.bias and ctx.theta_gradient:
                end = start + theta.shape[0]
                flat[end - self.channels : end] = namespace(dy).sum(dy, axis=(1, 2, 3))
            return x if dx is None else dx

        return self.forward(theta, x, ctx), pull

    def _weights(self, theta: Array, x: Array) -> Array:
        count = theta.shape[0] - (self.channels if self.bias else 0)
        kernel = self.geometry.kernel
        return namespace(theta).reshape(theta[:count], (self.channels, kernel, kernel, x.shape[0]))
