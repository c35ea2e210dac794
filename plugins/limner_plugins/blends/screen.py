"""The blend ``screen``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from limner.plugin import Array, Blend, BlendPullback


class Screen(Blend):
    """Two projectors on one wall: 1 - (1 - a)(1 - b)."""

    most: ClassVar[int] = 2

    def forward(self, layers: Sequence[Array]) -> Array:
        """The product of what is left dark, from white."""
        return 1.0 - (1.0 - layers[0]) * (1.0 - layers[1])

    def vjp(self, layers: Sequence[Array]) -> tuple[Array, BlendPullback]:
        """Each layer counts where the other is dark."""
        a, b = layers
        return self.forward(layers), lambda dy: [dy * (1.0 - b), dy * (1.0 - a)]
