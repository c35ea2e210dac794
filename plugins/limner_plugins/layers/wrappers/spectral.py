"""Spectral normalisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limner.plugin import Array, Context, Graph, Parameter, ParameterLayout, namespace, to_host
from limner_plugins.layers.convolutions.convolution import Convolution
from limner_plugins.layers.layer import Pull
from limner_plugins.layers.wrappers.wrapper import Wrapper

INITIAL_ITERATIONS = 8  # power iterations on freshly drawn weights
EPSILON = 1e-12


@dataclass(frozen=True)
class Spectral(Wrapper):
    """A convolution whose weights are divided by their largest singular value, which bounds its slope.

    The weights are treated as a matrix with one row per output. Overlapping patches add up, so the slope of the
    convolution itself may reach kernel / stride. A normalisation after the layer undoes the division.

    θ is that of the convolution, then u: a fixed unit vector with one number per output, which approximates the left
    singular vector. Training updates it with one power iteration per step. With σ = ‖Wᵀu‖ the output is a function of θ
    alone, and its gradient for the given u is exact.

    Source: T. Miyato et al., "Spectral normalization for generative adversarial networks", 2018.
    """

    inner: Convolution

    def param_layout(self, channels: int) -> ParameterLayout:
        """Return the layout of the convolution, then u."""
        own = self.inner.param_layout(channels)
        return ParameterLayout((*own.parameters, Parameter("u", (self.inner.channels,), trainable=False)))

    def extended(self, graph: Graph) -> Graph:
        """Return the graph with the convolution and its normalisation."""
        return self.inner.extended(graph).detailed("spectral norm", self.inner.channels)

    def init_params(self, layout: ParameterLayout, rng: np.random.Generator) -> np.ndarray:
        """Return the initial θ of the convolution, and a u near the singular vector of its weights."""
        theta = self.inner.init_params(ParameterLayout(layout.parameters[:-1]), rng)
        u = rng.normal(size=self.inner.channels)
        start = np.concatenate([theta, u]).astype(np.float32)
        for _ in range(INITIAL_ITERATIONS):
            start = to_host(self._power_iteration(start, layout.parameters[0].size))
        return start

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """Return the convolution with the divided weights."""
        return self.inner.forward(self._divided(theta, self._count(x))[0], x, ctx)

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """Return the output and its pullback.

        The gradient of W is that of W/σ, minus its component along W, which a larger σ removes, divided by σ.
        """
        count = self._count(x)
        divided, norm, right = self._divided(theta, count)
        y, pull_inner = self.inner.vjp(divided, x, ctx)

        def pull(dy: Array, flat: Array, start: int) -> Array:
            dx = pull_inner(dy, flat, start)
            if not ctx.theta_gradient:
                return dx
            xp, u = namespace(theta), theta[-self.inner.channels :]
            scaled_gradient = flat[start : start + count]
            along = xp.sum(scaled_gradient * divided[:count])
            outer = xp.reshape(u[:, None] * right[None, :], (count,))
            flat[start : start + count] = (scaled_gradient - along * outer) / norm
            end = start + theta.shape[0]
            flat[end - self.inner.channels : end] = 0.0
            return dx

        return y, pull

    def with_updated_buffers(self, theta: Array, channels: int) -> Array:
        """Return θ after one power iteration: u ← W v / ‖W v‖ with v = Wᵀ u / ‖Wᵀ u‖."""
        return self._power_iteration(theta, self.param_layout(channels).parameters[0].size)

    def _count(self, x: Array) -> int:
        """Return the number of weights."""
        return self.inner.channels * self.inner.geometry.kernel**2 * int(x.shape[0])

    def _divided(self, theta: Array, count: int) -> tuple[Array, Array, Array]:
        """Return the convolution's θ with divided weights, σ, and the right singular vector for this u."""
        xp, d = namespace(theta), self.inner.channels
        weights = xp.reshape(theta[:count], (d, -1))
        back = theta[-d:] @ weights
        norm = xp.sqrt(xp.sum(back * back) + EPSILON)
        return xp.concat([theta[:count] / norm, theta[count:-d]], axis=0), norm, back / norm

    def _power_iteration(self, theta: Array, count: int) -> Array:
        xp, d = namespace(theta), self.inner.channels
        weights = xp.reshape(theta[:count], (d, -1))
        right = theta[-d:] @ weights
        left = weights @ (right / _length(right))
        return xp.concat([theta[:-d], left / _length(left)], axis=0)


def _length(x: Array) -> Array:
    xp = namespace(x)
    return xp.sqrt(xp.sum(x * x) + EPSILON)
