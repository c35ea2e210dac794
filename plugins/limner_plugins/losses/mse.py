"""The loss ``mse``."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

from limner.plugin import Array, LeastSquaresLoss


class Mse(LeastSquaresLoss):
    """The squared error: e², or ½e², with e = y - target."""

    half: bool = Field(
        default=False,
        description="½e², whose gradient is e: with the reduction sum, the error of classic backpropagation",
    )

    @classmethod
    def examples(cls) -> tuple[Mse, ...]:
        """Whole and half."""
        return cls(), cls(half=True, reduction="sum")

    def forward(self, y: Array, target: Array) -> Array:
        """Return the square."""
        e = y - target
        return (0.5 if self.half else 1.0) * e * e

    def vjp(self, y: Array, target: Array) -> tuple[Array, Callable[[Array], Array]]:
        """Return the square, and the pullback: the error itself, once or twice."""
        return self.forward(y, target), lambda dvalue: dvalue * ((1.0 if self.half else 2.0) * (y - target))

    def residual(self, y: Array, target: Array) -> tuple[Array, float]:
        """Return e, or √2 e."""
        slope = 1.0 if self.half else 2.0**0.5
        return slope * (y - target), slope
