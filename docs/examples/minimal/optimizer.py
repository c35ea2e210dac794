"""An optimizer: Adagrad."""

from typing import ClassVar

from pydantic import Field

from limner.plugin import Array, Optimizer, Slots, namespace


class Adagrad(Optimizer):
    """θ ← θ - ηg / (√Σg² + ε) (J. Duchi et al. 2011)."""

    slots: ClassVar[tuple[str, ...]] = ("total",)
    epsilon: float = Field(default=1e-8, ge=1e-16, le=1, description="ε, added to the root")

    def update(
        self, theta: Array, gradient: Array, slots: Slots, learning_rate: float, step: int
    ) -> tuple[Array, Slots]:
        """Return the next θ, and the sum of the squared gradients so far."""
        total = slots["total"] + gradient * gradient
        return theta - learning_rate * gradient / (namespace(total).sqrt(total) + self.epsilon), {"total": total}
