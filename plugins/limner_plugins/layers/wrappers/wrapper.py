"""The base of layers around another layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limner.plugin import Array, ParameterLayout
from limner_plugins.layers.layer import Layer, Size


@dataclass(frozen=True)
class Wrapper(Layer):
    """A layer with the parameters and the shapes of an inner layer; a subclass overrides what it changes.

    ``forward``, ``vjp`` and ``calibrated`` are the subclass's own.
    """

    inner: Layer

    def out(self, channels: int) -> int:
        """Return the inner layer's number of channels."""
        return self.inner.out(channels)

    def size(self, size: Size) -> Size:
        """Return the inner layer's output size."""
        return self.inner.size(size)

    def layout(self, channels: int) -> ParameterLayout:
        """Return the inner layer's entries."""
        return self.inner.layout(channels)

    def draw(self, layout: ParameterLayout, rng: np.random.Generator) -> np.ndarray:
        """Return the inner layer's initial θ."""
        return self.inner.draw(layout, rng)

    def refreshed(self, theta: Array, channels: int) -> Array:
        """Return θ as the inner layer refreshes it."""
        return self.inner.refreshed(theta, channels)

    def mixes(self) -> bool:
        """Whether the inner layer looks at the pictures of a batch together."""
        return self.inner.mixes()

    def held(self, channels: int, size: Size) -> int:
        """Return what the inner layer keeps."""
        return self.inner.held(channels, size)
