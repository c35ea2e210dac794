"""The blend ``difference``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from limner.plugin import Array, Blend, namespace


class Difference(Blend):
    """The absolute difference of two layers: |a - b|."""

    max_layers: ClassVar[int] = 2

    def forward(self, layers: Sequence[Array]) -> Array:
        """Return the absolute difference."""
        return namespace(*layers).abs(layers[0] - layers[1])
