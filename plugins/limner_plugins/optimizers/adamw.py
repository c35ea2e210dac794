"""The optimizer ``adamw``."""

from __future__ import annotations

from pydantic import Field

from limner.plugin import Array, Slots
from limner_plugins.optimizers.adam import Adam


class Adamw(Adam):
    """AdamW (I. Loshchilov and F. Hutter, 2019): an Adam step from θ(1 - ηλ), so that √v̂ does not divide the decay."""

    weight_decay: float = Field(
        default=0.01, ge=0, le=1000, description="λ: a step subtracts η λ of every trainable parameter from it"
    )

    def update(
        self, theta: Array, gradient: Array, slots: Slots, learning_rate: float, step: int
    ) -> tuple[Array, Slots]:
        """Return the next θ and the next means."""
        return super().update((1.0 - learning_rate * self.weight_decay) * theta, gradient, slots, learning_rate, step)
