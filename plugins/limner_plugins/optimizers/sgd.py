"""The optimizer ``sgd``."""

from __future__ import annotations

from limner.plugin import Array, Optimizer, Slots


class Sgd(Optimizer):
    """Gradient descent: θ ← θ - ηg."""

    def update(
        self, theta: Array, gradient: Array, slots: Slots, learning_rate: float, step: int
    ) -> tuple[Array, Slots]:
        """Write the next θ over the gradient: for large layers, allocating another array takes longer."""
        gradient *= -learning_rate
        gradient += theta
        return gradient, {}
