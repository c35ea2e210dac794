"""Dropout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limner.plugin import Array, Context, Graph, device, namespace
from limner_plugins.layers.layer import Layer, Pull


@dataclass(frozen=True)
class Dropout(Layer):
    """Dropout: training sets each number to 0 with probability ``rate`` and scales the others by 1 / (1 - rate).

    The mask depends on seed, step, tile and the layer's name.

    Source: N. Srivastava et al., "Dropout", 2014.
    """

    rate: float
    name: str

    def extended(self, graph: Graph) -> Graph:
        """Return the graph with the dropout of its last node."""
        return graph.detailed(f"dropout {self.rate:g}") if self.rate else graph

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return x, with dropout while training."""
        return x * self._mask(x, ctx) if ctx.training and self.rate else x

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pull]:  # noqa: ARG002
        """Return the output and its pullback, which keeps the mask."""
        if not (ctx.training and self.rate):
            return x, lambda dy, flat, start: dy  # noqa: ARG005
        mask = self._mask(x, ctx)
        return x * mask, lambda dy, flat, start: dy * mask  # noqa: ARG005

    def _mask(self, x: Array, ctx: Context) -> Array:
        drawn = ctx.rng("dropout", self.name).random(x.shape, dtype=np.float32) >= self.rate
        xp = namespace(x)
        return xp.asarray(drawn * np.float32(1 / (1 - self.rate)), dtype=x.dtype, device=device(x))
