"""The blend ``mean``."""

from __future__ import annotations

from collections.abc import Sequence

from limner.plugin import Array, Blend


class MeanBlend(Blend):
    """The mean of all layers."""

    def forward(self, layers: Sequence[Array]) -> Array:
        """Return their sum over their number."""
        total = layers[0]
        for layer in layers[1:]:
            total = total + layer  # not in place: the first layer is the caller's
        return total / len(layers)
