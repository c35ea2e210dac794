"""The loss ``mae``."""

from __future__ import annotations

from limner.plugin import Array, Loss, namespace


class Mae(Loss):
    """The absolute error, |y - target|. Outliers count less than in the squared error."""

    def forward(self, y: Array, target: Array) -> Array:
        """Return the absolute error."""
        return namespace(y).abs(y - target)
