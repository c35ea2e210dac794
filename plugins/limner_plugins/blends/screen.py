"""The blend ``screen``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from limner.plugin import Array, Blend


class Screen(Blend):
    """The light of two layers, 1 - (1 - a)(1 - b), as of two projectors on one wall."""

    max_layers: ClassVar[int] = 2

    def forward(self, layers: Sequence[Array]) -> Array:
        """Return 1 minus the product of the layers' distances to 1."""
        return 1.0 - (1.0 - layers[0]) * (1.0 - layers[1])
