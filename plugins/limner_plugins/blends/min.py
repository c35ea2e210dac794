"""The blend ``min``."""

from __future__ import annotations

from collections.abc import Sequence

from limner.plugin import Array, Blend, BlendPullback, namespace


class Min(Blend):
    """The darkest of all layers, channel by channel (darken)."""

    def forward(self, layers: Sequence[Array]) -> Array:
        """The smallest of each number."""
        xp = namespace(*layers)
        y = layers[0]
        for layer in layers[1:]:
            y = xp.minimum(y, layer)
        return y

    def vjp(self, layers: Sequence[Array]) -> tuple[Array, BlendPullback]:
        """The gradient goes to the layer that was the smallest."""
        xp, y = namespace(*layers), self.forward(layers)
        return y, lambda dy: [dy * xp.astype(layer == y, dy.dtype) for layer in layers]
