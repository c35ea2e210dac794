"""The blend ``mean``."""

from __future__ import annotations

from collections.abc import Sequence

from limner.plugin import Array, Blend, BlendPullback


class Mean(Blend):
    """The mean of all layers."""

    def forward(self, layers: Sequence[Array]) -> Array:
        """Their sum over their number."""
        total = layers[0]
        for layer in layers[1:]:
            total = total + layer  # not in place: the first layer is not ours
        return total / len(layers)

    def vjp(self, layers: Sequence[Array]) -> tuple[Array, BlendPullback]:
        """Each layer has its share of the gradient."""
        return self.forward(layers), lambda dy: [dy / len(layers)] * len(layers)
