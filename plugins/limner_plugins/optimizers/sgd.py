"""The optimizer ``sgd``."""

from __future__ import annotations

from limner.plugin import Array, Optimizer, Slots


class Sgd(Optimizer):
    """Gradient descent: θ ← θ - ηg."""

    def update(self, theta: Array, gradient: Array, slots: Slots, rate: float, step: int) -> tuple[Array, Slots]:  # noqa: ARG002
        """Write the next θ over the gradient: for large layers, allocating another array takes longer."""
        gradient *= -rate
        gradient += theta
        return gradient, {}
