"""The blend ``max``."""

from __future__ import annotations

from collections.abc import Sequence

from limner.plugin import Array, Blend, BlendPullback, namespace


class Max(Blend):
    """The lightest of all layers, channel by channel (lighten)."""

    def forward(self, layers: Sequence[Array]) -> Array:
        """The largest of each number."""
        xp = namespace(*layers)
        y = layers[0]
        for layer in layers[1:]:
            y = xp.maximum(y, layer)
        return y

    def vjp(self, layers: Sequence[Array]) -> tuple[Array, BlendPullback]:
        """The gradient goes to the layer that was the largest."""
        xp, y = namespace(*layers), self.forward(layers)
        return y, lambda dy: [dy * xp.astype(layer == y, dy.dtype) for layer in layers]
