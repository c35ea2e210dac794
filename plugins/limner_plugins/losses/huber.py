"""The loss ``huber``."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

from limner.plugin import Array, Loss, namespace


class Huber(Loss):
    """Squared near the target and straight far from it: ½e² up to |e| = δ, then δ(|e| - ½δ) (Huber 1964)."""

    delta: float = Field(default=0.1, ge=1e-6, le=1000, description="δ, the error up to which it is squared")

    @classmethod
    def examples(cls) -> tuple[Huber, ...]:
        """Mostly straight, and mostly squared."""
        return cls(), cls(delta=0.7, reduction="channel-sum")

    def forward(self, y: Array, target: Array) -> Array:
        """Return both pieces at once: with c, the error cut at ±δ, they are c(e - ½c)."""
        e = y - target
        c = self._clipped(e)
        return c * (e - 0.5 * c)

    def vjp(self, y: Array, target: Array) -> tuple[Array, Callable[[Array], Array]]:
        """Return the loss, and the pullback: the error, cut at ±δ."""
        return self.forward(y, target), lambda dvalue: dvalue * self._clipped(y - target)

    def _clipped(self, e: Array) -> Array:
        return namespace(e).clip(e, -self.delta, self.delta)
