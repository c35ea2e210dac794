"""The optimizer ``adam``."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from limner.plugin import Array, Optimizer, Slots, namespace


class Adam(Optimizer):
    """Adam (D. Kingma and J. Ba, 2015): θ ← θ - ηm̂ / (√v̂ + ε)."""

    slots: ClassVar[tuple[str, ...]] = ("mean", "square")

    beta1: float = Field(default=0.9, ge=0, lt=1, description="β₁, how slowly the mean gradient changes")
    beta2: float = Field(default=0.999, ge=0, lt=1, description="β₂, how slowly the mean square changes")
    epsilon: float = Field(default=1e-8, ge=1e-16, le=1, description="ε, added to the root that the step is divided by")

    def update(
        self, theta: Array, gradient: Array, slots: Slots, learning_rate: float, step: int
    ) -> tuple[Array, Slots]:
        """Return the next θ and the next means.

        The bias corrections are combined into two numbers: m̂ / (√v̂ + ε) = (√c₂ / c₁) m / (√v + ε√c₂).
        """
        mean = self.beta1 * slots["mean"] + (1.0 - self.beta1) * gradient
        square = self.beta2 * slots["square"] + ((1.0 - self.beta2) * gradient) * gradient
        corrected = (1.0 - self.beta2**step) ** 0.5
        learning_rate = learning_rate * corrected / (1.0 - self.beta1**step)
        moved = theta - learning_rate * mean / (namespace(square).sqrt(square) + self.epsilon * corrected)
        return moved, {"mean": mean, "square": square}
