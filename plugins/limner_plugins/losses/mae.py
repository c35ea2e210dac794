"""The loss ``mae``."""

from __future__ import annotations

from limner.plugin import Array, Loss, namespace


class Mae(Loss):
    """The absolute error: |y - target|. Single numbers that are far off count less than in a squared one."""

    def value(self, y: Array, target: Array) -> Array:
        """How far off."""
        return namespace(y).abs(y - target)

    def gradient(self, y: Array, target: Array) -> Array:
        """The sign of the error, 0 where there is none."""
        return namespace(y).sign(y - target)
