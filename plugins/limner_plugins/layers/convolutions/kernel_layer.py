"""The base of layers with a kernel: their parameters, their initial values and their bias."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

import numpy as np

from limner.plugin import Array, Context, Graph, Node, Parameter, ParameterLayout, namespace
from limner_plugins.layers.convolutions.geometry import Geometry
from limner_plugins.layers.layer import Layer, Pull, Size, height_width

Init: TypeAlias = Literal["normal", "he", "glorot"]
"""Variance of the initial weights before scale²: ``normal`` 1, ``he`` 2 / fan in, ``glorot`` 2 / (fan in + fan out)."""


@dataclass(frozen=True)
class KernelLayer(Layer, ABC):
    """A layer with a kernel W of a ``geometry`` and, optionally, a bias b of one number per output channel.

    A subclass defines the shape of W, its fans, and the product of W and pictures with its pullback.
    """

    channels: int
    geometry: Geometry
    bias: bool = True
    init: Init = "he"
    scale: float = 1.0
    operation: ClassVar[str] = "convolution"
    """What the layer does, for diagrams."""

    def extended(self, graph: Graph) -> Graph:
        """Return the graph with the layer's output."""
        geometry, (height, width) = self.geometry, self.size(height_width(graph))
        name = f"{self.operation} {geometry.kernel}×{geometry.kernel}"
        name += f", stride {geometry.stride}" if geometry.stride > 1 else ""
        count = self.param_layout(graph.outputs()).size
        return graph.then(Node(self.channels, (width, height), name, num_params=count))

    @abstractmethod
    def kernel_shape(self, channels: int) -> tuple[int, int, int, int]:
        """Return the shape of W for a number of input channels."""

    @abstractmethod
    def fans(self, kernel: tuple[int, ...]) -> tuple[float, float]:
        """Return fan in and fan out for a kernel of this shape."""

    @abstractmethod
    def product(self, weights: Array, x: Array, ctx: Context) -> Array:
        """Return the product of the kernel and pictures, without the bias, as a new array."""

    @abstractmethod
    def pull_product(self, flat: Array, start: int, weights: Array, dy: Array, x: Array, ctx: Context) -> Array | None:
        """Write the gradient of W into ``flat`` from ``start`` on, and return the gradient of x, if needed."""

    def out_channels(self, channels: int) -> int:  # noqa: ARG002
        """Return the layer's own number of channels."""
        return self.channels

    def param_layout(self, channels: int) -> ParameterLayout:
        """Return W, and b if there is one."""
        weights = Parameter("W", self.kernel_shape(channels))
        return ParameterLayout((weights, Parameter("b", (self.channels,))) if self.bias else (weights,))

    def init_params(self, layout: ParameterLayout, rng: np.random.Generator) -> np.ndarray:
        """Return normal weights and zero biases."""
        fans = self.fans(layout.parameters[0].shape)
        variance = {"normal": 1.0, "he": 2 / fans[0], "glorot": 2 / sum(fans)}[self.init]
        arrays = {e.name: np.zeros(e.shape) for e in layout.parameters}
        arrays["W"] = rng.normal(0, self.scale * variance**0.5, arrays["W"].shape)
        return layout.pack(arrays)

    def samples_held(self, channels: int, size: Size) -> int:  # noqa: ARG002
        """Return 0: the previous layer stores the input, and the output is normalised or activated first."""
        return 0

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """Return the product of W and x, plus b."""
        y = self.product(self._weights(theta, x), x, ctx)
        if self.bias:
            y += theta[-self.channels :, None, None, None]
        return y

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """Return the output and its pullback, which keeps only x."""

        def pull(dy: Array, flat: Array, start: int) -> Array:
            dx = self.pull_product(flat, start, self._weights(theta, x), dy, x, ctx)
            if self.bias and ctx.theta_gradient:
                end = start + theta.shape[0]
                flat[end - self.channels : end] = namespace(dy).sum(dy, axis=(1, 2, 3))
            return x if dx is None else dx

        return self.forward(theta, x, ctx), pull

    def _weights(self, theta: Array, x: Array) -> Array:
        count = theta.shape[0] - (self.channels if self.bias else 0)
        return namespace(theta).reshape(theta[:count], self.kernel_shape(int(x.shape[0])))
