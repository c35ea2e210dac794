"""The optimizer ``rmsprop``."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from limner.plugin import Array, Optimizer, Slots, namespace


class Rmsprop(Optimizer):
    """RMSprop (G. Hinton, lecture 6e, 2012): θ ← θ - ηg / (√E[g²] + ε)."""

    slots: ClassVar[tuple[str, ...]] = ("square",)

    rho: float = Field(default=0.99, ge=0, lt=1, description="ρ, how slowly the mean square changes")
    epsilon: float = Field(default=1e-8, ge=1e-16, le=1, description="ε, added to the root that the step is divided by")

    def update(
        self,
        theta: Array,
        gradient: Array,
        slots: Slots,
        learning_rate: float,
        step: int,  # noqa: ARG002
    ) -> tuple[Array, Slots]:
        """Return the next θ and the next mean square."""
        square = self.rho * slots["square"] + ((1.0 - self.rho) * gradient) * gradient
        return theta - learning_rate * gradient / (namespace(square).sqrt(square) + self.epsilon), {"square": square}
