"""The optimizer ``lion``."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from limner.plugin import Array, Optimizer, Slots, namespace


class Lion(Optimizer):
    """Lion: θ ← θ - η(sign(β₁m + (1 - β₁)g) + λθ).

    Each step has the same size for every parameter, so the learning rate should be 3 to 10 times smaller than for Adam.

    Source: X. Chen et al., "Symbolic discovery of optimization algorithms", 2023.
    """

    slots: ClassVar[tuple[str, ...]] = ("mean",)

    beta1: float = Field(default=0.9, ge=0, lt=1, description="β₁, the weight of the mean gradient in a step")
    beta2: float = Field(default=0.99, ge=0, lt=1, description="β₂, how slowly the mean gradient changes")
    weight_decay: float = Field(
        default=0.0, ge=0, le=1000, description="λ: a step subtracts η λ of every trainable parameter from it"
    )

    def update(
        self,
        theta: Array,
        gradient: Array,
        slots: Slots,
        learning_rate: float,
        step: int,  # noqa: ARG002
    ) -> tuple[Array, Slots]:
        """Return the next θ and the next mean."""
        sign = namespace(gradient).sign(self.beta1 * slots["mean"] + (1.0 - self.beta1) * gradient)
        mean = self.beta2 * slots["mean"] + (1.0 - self.beta2) * gradient
        return theta - learning_rate * (sign + self.weight_decay * theta), {"mean": mean}
