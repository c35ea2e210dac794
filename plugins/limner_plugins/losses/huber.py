"""The loss ``huber``."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

from limner.plugin import Array, Loss, namespace


class Huber(Loss):
    """The Huber loss (1964): quadratic near the target, ½e² up to |e| = δ, and linear beyond, δ(|e| - ½δ)."""

    delta: float = Field(default=0.1, ge=1e-6, le=1000, description="δ, the error up to which the loss is quadratic")

    @classmethod
    def examples(cls) -> tuple[Huber, ...]:
        """Return a mostly linear and a mostly quadratic loss."""
        return cls(), cls(delta=0.7, reduction="channel-sum")

    def forward(self, y: Array, target: Array) -> Array:
        """Return the loss: with c, the error clipped to ±δ, both cases are c(e - ½c)."""
        e = y - target
        c = self._clipped(e)
        return c * (e - 0.5 * c)

    def vjp(self, y: Array, target: Array) -> tuple[Array, Callable[[Array], Array]]:
        """Return the loss and the pullback; its derivative is the error clipped to ±δ."""
        return self.forward(y, target), lambda dvalue: dvalue * self._clipped(y - target)

    def _clipped(self, e: Array) -> Array:
        return namespace(e).clip(e, -self.delta, self.delta)
