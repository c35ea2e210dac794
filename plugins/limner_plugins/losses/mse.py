"""The loss ``mse``."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

from limner.plugin import Array, LeastSquaresLoss


class Mse(LeastSquaresLoss):
    """The squared error: e², or ½e², with e = y - target."""

    half: bool = Field(
        default=False,
        description="use ½e², whose gradient is e; with reduction sum, this is the error of classic backpropagation",
    )

    @classmethod
    def examples(cls) -> tuple[Mse, ...]:
        """Return the full squared error, and half of it."""
        return cls(), cls(half=True, reduction="sum")

    def forward(self, y: Array, target: Array) -> Array:
        """Return the squared error."""
        e = y - target
        return (0.5 if self.half else 1.0) * e * e

    def vjp(self, y: Array, target: Array) -> tuple[Array, Callable[[Array], Array]]:
        """Return the squared error and the pullback; its derivative is e or 2e."""
        return self.forward(y, target), lambda dvalue: dvalue * ((1.0 if self.half else 2.0) * (y - target))

    def residual(self, y: Array, target: Array) -> tuple[Array, float]:
        """Return the residual, e or √2 e, and its constant derivative."""
        slope = 1.0 if self.half else 2.0**0.5
        return slope * (y - target), slope
