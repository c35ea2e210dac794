"""The loss ``huber``."""

from __future__ import annotations

from pydantic import Field

from limner.plugin import Array, Loss, namespace


class Huber(Loss):
    """Squared near the target and straight far from it: ½e² up to |e| = δ, then δ(|e| - ½δ) (Huber 1964)."""

    delta: float = Field(default=0.1, ge=1e-6, le=1000, description="δ, the error up to which it is squared")

    @classmethod
    def examples(cls) -> tuple[Huber, ...]:
        """Mostly straight, and mostly squared."""
        return cls(), cls(delta=0.7, reduction="channel-sum")

    def value(self, y: Array, target: Array) -> Array:
        """Both pieces at once: with c, the error cut at ±δ, they are c(e - ½c)."""
        e = y - target
        c = self._cut(e)
        return c * (e - 0.5 * c)

    def gradient(self, y: Array, target: Array) -> Array:
        """The error, cut at ±δ."""
        return self._cut(y - target)

    def _cut(self, e: Array) -> Array:
        return namespace(e).clip(e, -self.delta, self.delta)
