"""The optimizer ``nesterov``."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from limner.plugin import Array, Optimizer, Slots


class Nesterov(Optimizer):
    """Nesterov momentum (1983), in the form of I. Sutskever et al. (2013): v ← μv + g, θ ← θ - η(g + μv)."""

    slots: ClassVar[tuple[str, ...]] = ("velocity",)

    momentum: float = Field(default=0.9, ge=0, lt=1, description="μ, the fraction of the velocity that remains")

    def update(
        self,
        theta: Array,
        gradient: Array,
        slots: Slots,
        learning_rate: float,
        step: int,  # noqa: ARG002
    ) -> tuple[Array, Slots]:
        """Return the next θ and the next velocity."""
        v = self.momentum * slots["velocity"] + gradient
        return theta - learning_rate * (gradient + self.momentum * v), {"velocity": v}
