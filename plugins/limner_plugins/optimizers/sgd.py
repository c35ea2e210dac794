"""The optimizer ``sgd``."""

from __future__ import annotations

from limner.plugin import Array, Optimizer, Slots


class Sgd(Optimizer):
    """Gradient descent: θ ← θ - ηg."""

    def update(
        self, theta: Array, gradient: Array, slots: Slots, learning_rate: float, step: int
    ) -> tuple[Array, Slots]:
        """Return the next θ, written over the gradient, because allocating a large array would be slower."""
        gradient *= -learning_rate
        gradient += theta
        return gradient, {}
