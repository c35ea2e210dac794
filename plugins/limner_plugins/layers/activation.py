"""An activation as a layer."""

from __future__ import annotations

from dataclasses import dataclass

from limner.plugin import ACTIVATIONS, Array, Context, Graph, namespace
from limner_plugins.layers.layer import Layer, Pull, Size

SLOPE_FROM_OUTPUT = ("leaky-relu", "relu", "tanh", "sigmoid", "unit-tanh")


@dataclass(frozen=True)
class ActivationLayer(Layer):
    """A named activation: one of limner's, ``leaky-relu`` with ``slope`` below 0, or ``unit-tanh``, (1 + tanh x)/2."""

    name: str
    slope: float = 0.2

    def samples_held(self, channels: int, size: Size) -> int:
        """Return the size of the output, and of the input too if the output does not determine the slope."""
        return channels * size[0] * size[1] * (1 if self.name in SLOPE_FROM_OUTPUT else 2)

    def extended(self, graph: Graph) -> Graph:
        """Return the graph with the activation of its last node; a unit-tanh is a scaled tanh."""
        return graph.activated("tanh" if self.name == "unit-tanh" else self.name)

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the activation of each number."""
        if self.name == "leaky-relu":
            return namespace(x).maximum(x, self.slope * x)
        if self.name == "unit-tanh":
            return 0.5 + 0.5 * namespace(x).tanh(x)
        return ACTIVATIONS[self.name].forward(x)

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """Return the output and its pullback, which keeps the output if it determines the slope, else the input."""
        y = self.forward(theta, x, ctx)
        stored = y if self.name in SLOPE_FROM_OUTPUT else x

        def pull(dy: Array, flat: Array, start: int) -> Array:  # noqa: ARG001
            if self.name == "leaky-relu":
                xp = namespace(y)
                slopes = (1.0 - self.slope) * xp.astype(y > 0, y.dtype)
                slopes += self.slope
                slopes *= dy
                return slopes
            if self.name == "unit-tanh":
                return 2.0 * dy * y * (1.0 - y)
            return ACTIVATIONS[self.name].pullback(stored, y, dy)

        return y, pull
