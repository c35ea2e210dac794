"""The blend ``difference``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from limner.plugin import Array, Blend, BlendPullback, namespace


class Difference(Blend):
    """How far two layers are apart: |a - b|."""

    most: ClassVar[int] = 2

    def forward(self, layers: Sequence[Array]) -> Array:
        """The absolute difference."""
        return namespace(*layers).abs(layers[0] - layers[1])

    def vjp(self, layers: Sequence[Array]) -> tuple[Array, BlendPullback]:
        """The sign says which way each layer pulls."""
        sign = namespace(*layers).sign(layers[0] - layers[1])
        return self.forward(layers), lambda dy: [dy * sign, -dy * sign]
