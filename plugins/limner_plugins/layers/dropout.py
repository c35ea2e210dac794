"""Dropout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limner.plugin import Array, Context, device, namespace
from limner_plugins.layers.layer import Layer, Pull


@dataclass(frozen=True)
class Dropout(Layer):
    """While training each number is 0 with a probability, and divided by its complement where not.

    Drawn from (seed, step, tile) and the layer's own name.

    Source: N. Srivastava et al., "Dropout", 2014.
    """

    rate: float
    name: str

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """While painting, x."""
        return x * self._mask(x, ctx) if ctx.training and self.rate else x

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:  # noqa: ARG002
        """Keeps what was drawn."""
        if not (ctx.training and self.rate):
            return x, lambda dy, flat, start: dy  # noqa: ARG005
        mask = self._mask(x, ctx)
        return x * mask, lambda dy, flat, start: dy * mask  # noqa: ARG005

    def _mask(self, x: Array, ctx: Context) -> Array:
        drawn = ctx.rng("dropout", self.name).random(x.shape, dtype=np.float32) >= self.rate
        xp = namespace(x)
        return xp.asarray(drawn * np.float32(1 / (1 - self.rate)), dtype=x.dtype, device=device(x))
