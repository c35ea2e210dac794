"""Instance normalisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limner.plugin import Array, Context, Graph, Parameter, ParameterLayout, namespace
from limner_plugins.layers.layer import Layer, Pull

EPSILON = 1e-5


@dataclass(frozen=True)
class InstanceNorm(Layer):
    """Normalisation of each channel of each picture to mean 0 and variance 1, followed by a gain and a shift.

    θ is gain, then shift. Maps of 1 x 1 would become 0, so they are only scaled and shifted.

    Source: D. Ulyanov et al., "Instance normalization", 2016.
    """

    def param_layout(self, channels: int) -> ParameterLayout:
        """Return a gain and a shift per channel."""
        return ParameterLayout((Parameter("gain", (channels,)), Parameter("shift", (channels,))))

    def init_params(self, layout: ParameterLayout, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG002
        """Return gains of 1 and shifts of 0."""
        return layout.pack({e.name: np.full(e.shape, float(e.name == "gain")) for e in layout.parameters})

    def extended(self, graph: Graph) -> Graph:
        """Return the graph with the normalisation of its last node."""
        return graph.detailed("instance norm", self.param_layout(graph.outputs()).size)

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """Return the output and its pullback, which keeps the normalised pictures."""
        xp, c = namespace(x), x.shape[0]
        gain, shift = theta[:c, None, None, None], theta[c:, None, None, None]
        normal, scale = _normalised(x)

        def pull(dy: Array, flat: Array, start: int) -> Array:
            product = dy * normal
            if ctx.theta_gradient:
                flat[start : start + c] = xp.sum(product, axis=(1, 2, 3))
                flat[start + c : start + 2 * c] = xp.sum(dy, axis=(1, 2, 3))
            if scale is None:
                return dy * gain
            dx = dy - xp.mean(dy, axis=(2, 3), keepdims=True)
            dx -= normal * xp.mean(product, axis=(2, 3), keepdims=True)
            dx *= gain * scale
            return dx

        y = normal * gain
        y += shift
        return y, pull


def _normalised(x: Array) -> tuple[Array, Array | None]:
    """Return the normalised pictures and the reciprocal of their standard deviation, or None for maps of 1 x 1."""
    if x.shape[2] * x.shape[3] == 1:
        return x, None
    xp = namespace(x)
    normal = x - xp.mean(x, axis=(2, 3), keepdims=True)
    scale = 1.0 / xp.sqrt(xp.mean(normal * normal, axis=(2, 3), keepdims=True) + EPSILON)
    normal *= scale
    return normal, scale
