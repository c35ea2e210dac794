"""The loss ``mae``."""

from __future__ import annotations

from limner.plugin import Array, Loss, namespace


class Mae(Loss):
    """The absolute error: |y - target|. Single numbers that are far off count less than in a squared one."""

    def forward(self, y: Array, target: Array) -> Array:
        """Return how far off."""
        return namespace(y).abs(y - target)
