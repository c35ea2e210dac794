"""The loss ``mse``."""

from __future__ import annotations

from pydantic import Field

from limner.plugin import Array, Loss


class Mse(Loss):
    """The squared error: e², or ½e², with e = y - target."""

    half: bool = Field(
        default=False,
        description="½e², whose gradient is e: with the reduction sum, the error of classic backpropagation",
    )

    @classmethod
    def examples(cls) -> tuple[Mse, ...]:
        """Whole and half."""
        return cls(), cls(half=True, reduction="sum")

    def value(self, y: Array, target: Array) -> Array:
        """The square."""
        e = y - target
        return (0.5 if self.half else 1.0) * e * e

    def gradient(self, y: Array, target: Array) -> Array:
        """The error itself, once or twice."""
        return (1.0 if self.half else 2.0) * (y - target)

    def residual(self, y: Array, target: Array) -> tuple[Array, float]:
        """e, or √2 e."""
        slope = 1.0 if self.half else 2.0**0.5
        return slope * (y - target), slope
