"""The blend ``multiply``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from limner.plugin import Array, Blend, BlendPullback


class Multiply(Blend):
    """Two layers as transparencies on one light: a b."""

    most: ClassVar[int] = 2

    def forward(self, layers: Sequence[Array]) -> Array:
        """The product."""
        return layers[0] * layers[1]

    def vjp(self, layers: Sequence[Array]) -> tuple[Array, BlendPullback]:
        """Each factor's gradient is the other's value."""
        a, b = layers
        return a * b, lambda dy: [dy * b, dy * a]
