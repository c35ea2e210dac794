"""The loss ``fann-tanh``."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

from limner.plugin import Array, Loss, namespace

EDGE = 0.9999999  # beyond this |d|, libfann replaces the logarithm
STEEPEST = 17.0  # by this constant, slightly more than the logarithm at the edge, 16.8


class FannTanh(Loss):
    """libfann's default error function "tanh": large errors count much more than in the squared error.

    For d = target - y, libfann (``fann_compute_MSE``) propagates ln((1 + d) / (1 - d)) backwards, and ±17 if
    |d| > 0.9999999. This is minus the derivative with respect to y of

        (1 + d) ln(1 + d) + (1 - d) ln(1 - d) = d ln((1 + d) / (1 - d)) + ln(1 - d²),

    which is about d² near the target, 2 ln 2 at d = ±1, and linear with slope 17 beyond. libfann always reports the
    mean of d², so compare its numbers with those of ``mse``, not with this loss.
    """

    symmetric: bool = Field(
        default=False,
        description="use half the difference, d = ½(target - y), as libfann does if the output activation has the range"
        " -1 to 1",
    )

    @classmethod
    def examples(cls) -> tuple[FannTanh, ...]:
        """Return the full difference, and half of it."""
        return cls(), cls(symmetric=True, reduction="sum")

    def forward(self, y: Array, target: Array) -> Array:
        """Return the loss; for half the difference it is doubled, so that its gradient is what libfann propagates."""
        d = self._difference(y, target)
        xp = namespace(d)
        near = xp.clip(d, -EDGE, EDGE)
        # log1p(-d²) instead of the sum of two logarithms, which cancels completely if d is small.
        inside = 2.0 * near * xp.atanh(near) + xp.log1p(-near * near)
        return (2.0 if self.symmetric else 1.0) * (inside + STEEPEST * (xp.abs(d) - xp.abs(near)))

    def vjp(self, y: Array, target: Array) -> tuple[Array, Callable[[Array], Array]]:
        """Return the loss and the pullback, which is what libfann propagates; here d has the sign of y - target."""

        def pullback(dvalue: Array) -> Array:
            d = self._difference(y, target)
            xp = namespace(d)
            inside = 2.0 * xp.atanh(xp.clip(d, -EDGE, EDGE))
            return dvalue * xp.where(xp.abs(d) > EDGE, STEEPEST * xp.sign(d), inside)

        return self.forward(y, target), pullback

    def _difference(self, y: Array, target: Array) -> Array:
        d = y - target
        return 0.5 * d if self.symmetric else d
