"""The blend ``multiply``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from limner.plugin import Array, Blend


class Multiply(Blend):
    """The product of two layers, a b, as of two transparencies on one light table."""

    max_layers: ClassVar[int] = 2

    def forward(self, layers: Sequence[Array]) -> Array:
        """Return the product."""
        return layers[0] * layers[1]
