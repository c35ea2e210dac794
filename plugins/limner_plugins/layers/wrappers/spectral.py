"""Spectral normalisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limner.plugin import Array, Context, Parameter, ParameterLayout, namespace, to_host
from limner_plugins.layers.convolutions.convolution import Convolution
from limner_plugins.layers.layer import Pull
from limner_plugins.layers.wrappers.wrapper import Wrapper

START = 8  # power iterations of weights that were just drawn
TINY = 1e-12


@dataclass(frozen=True)
class Spectral(Wrapper):
    """A convolution whose weights are divided by their largest singular value, so that no slope of it is steep.

    The weights are taken as a matrix, one row an output; where patches overlap they add up, so that the convolution's
    own slopes may reach kernel / stride. A normalisation behind it undoes the division. θ is the convolution's, then u,
    a unit vector of as many numbers as there are outputs, not learned: the left singular vector, as a power iteration
    at each step of a training follows it. With σ = ‖Wᵀu‖ what comes out is a function of θ alone, and its gradient for
    this u is exact.

    Source: T. Miyato et al., "Spectral normalization for generative adversarial networks", 2018.
    """

    inner: Convolution

    def param_layout(self, channels: int) -> ParameterLayout:
        """The convolution's, then u."""
        own = self.inner.param_layout(channels)
        return ParameterLayout((*own.parameters, Parameter("u", (self.inner.channels,), trainable=False)))

    def init_params(self, layout: ParameterLayout, rng: np.random.Generator) -> np.ndarray:
        """The convolution's, and u near the singular vector of its weights."""
        theta = self.inner.init_params(ParameterLayout(layout.parameters[:-1]), rng)
        u = rng.normal(size=self.inner.channels)
        start = np.concatenate([theta, u]).astype(np.float32)
        for _ in range(START):
            start = to_host(self._iterated(start, layout.parameters[0].size))
        return start

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """The convolution by the divided weights."""
        return self.inner.forward(self._divided(theta, self._count(x))[0], x, ctx)

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:
        """The gradient by W is that by W/σ, less its part along W that a larger σ takes away, over σ."""
        count = self._count(x)
        divided, norm, right = self._divided(theta, count)
        y, pull_inner = self.inner.vjp(divided, x, ctx)

        def pull(dy: Array, flat: Array, start: int) -> Array:
            dx = pull_inner(dy, flat, start)
            if not ctx.theta_gradient:
                return dx
            xp, u = namespace(theta), theta[-self.inner.channels :]
            outward = flat[start : start + count]
            along = xp.sum(outward * divided[:count])
            outer = xp.reshape(u[:, None] * right[None, :], (count,))
            flat[start : start + count] = (outward - along * outer) / norm
            end = start + theta.shape[0]
            flat[end - self.inner.channels : end] = 0.0
            return dx

        return y, pull

    def with_updated_buffers(self, theta: Array, channels: int) -> Array:
        """One power iteration: u ← W v / ‖W v‖ with v = Wᵀ u / ‖Wᵀ u‖."""
        return self._iterated(theta, self.param_layout(channels).parameters[0].size)

    def _count(self, x: Array) -> int:
        """How many weights there are."""
        return self.inner.channels * self.inner.geometry.kernel**2 * int(x.shape[0])

    def _divided(self, theta: Array, count: int) -> tuple[Array, Array, Array]:
        """The convolution's θ with its weights divided, σ, and the right singular vector for this u."""
        xp, d = namespace(theta), self.inner.channels
        weights = xp.reshape(theta[:count], (d, -1))
        back = theta[-d:] @ weights
        norm = xp.sqrt(xp.sum(back * back) + TINY)
        return xp.concat([theta[:count] / norm, theta[count:-d]], axis=0), norm, back / norm

    def _iterated(self, theta: Array, count: int) -> Array:
        xp, d = namespace(theta), self.inner.channels
        weights = xp.reshape(theta[:count], (d, -1))
        right = theta[-d:] @ weights
        left = weights @ (right / _length(right))
        return xp.concat([theta[:-d], left / _length(left)], axis=0)


def _length(x: Array) -> Array:
    xp = namespace(x)
    return xp.sqrt(xp.sum(x * x) + TINY)
