"""The base of layers around another layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limner.plugin import Array, Graph, ParameterLayout
from limner_plugins.layers.layer import Layer, Size


@dataclass(frozen=True)
class Wrapper(Layer):
    """A layer with the parameters and the shapes of an inner layer; a subclass overrides what it changes.

    ``forward``, ``vjp`` and ``with_batch_statistics`` are left to the subclass.
    """

    inner: Layer

    def out_channels(self, channels: int) -> int:
        """Return the inner layer's number of channels."""
        return self.inner.out_channels(channels)

    def size(self, size: Size) -> Size:
        """Return the inner layer's output size."""
        return self.inner.size(size)

    def extended(self, graph: Graph) -> Graph:
        """Return the graph with the inner layer."""
        return self.inner.extended(graph)

    def param_layout(self, channels: int) -> ParameterLayout:
        """Return the layout of the inner layer."""
        return self.inner.param_layout(channels)

    def init_params(self, layout: ParameterLayout, rng: np.random.Generator) -> np.ndarray:
        """Return the inner layer's initial θ."""
        return self.inner.init_params(layout, rng)

    def with_updated_buffers(self, theta: Array, channels: int) -> Array:
        """Return θ with the updated buffers of the inner layer."""
        return self.inner.with_updated_buffers(theta, channels)

    def uses_batch_statistics(self) -> bool:
        """Return whether the inner layer processes the pictures of a batch together."""
        return self.inner.uses_batch_statistics()

    def samples_held(self, channels: int, size: Size) -> int:
        """Return the count of numbers that the inner layer keeps."""
        return self.inner.samples_held(channels, size)
