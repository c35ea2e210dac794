"""The optimizer ``sgd``."""

from __future__ import annotations

from limner.plugin import Array, Optimizer, Slots


class Sgd(Optimizer):
    """Gradient descent: θ ← θ - ηg."""

    def update(
        self,
        theta: Array,
        gradient: Array,
        slots: Slots,  # noqa: ARG002
        learning_rate: float,
        step: int,  # noqa: ARG002
    ) -> tuple[Array, Slots]:
        """Return the next θ; it overwrites the gradient, because allocating a large array would be slower."""
        gradient *= -learning_rate
        gradient += theta
        return gradient, {}
