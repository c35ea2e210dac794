"""The loss ``fann-tanh``."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

from limner.plugin import Array, Loss, namespace

EDGE = 0.9999999  # where libfann stops to take the logarithm
STEEPEST = 17.0  # and what it takes instead: a little more than the logarithm there, 16.8


class FannTanh(Loss):
    """libfann's error function "tanh", its default: far errors count much more than in a squared one.

    Of d = target - y, libfann (``fann_compute_MSE``) sends back ln((1 + d) / (1 - d)), and ±17 where |d| > 0.9999999.
    That is minus the derivative by y of

        (1 + d) ln(1 + d) + (1 - d) ln(1 - d) = d ln((1 + d) / (1 - d)) + ln(1 - d²),

    which is d² near the target, 2 ln 2 at d = ±1, and goes on straight, 17 steep, beyond. libfann reports the mean of
    d² whatever it sends back, so its figures are those of ``mse``, not of this.
    """

    symmetric: bool = Field(
        default=False,
        description="take half the difference, d = ½(target - y), as libfann does where the output's activation"
        " reaches from -1 to 1",
    )

    @classmethod
    def examples(cls) -> tuple[FannTanh, ...]:
        """Both of its kinds."""
        return cls(), cls(symmetric=True, reduction="sum")

    def forward(self, y: Array, target: Array) -> Array:
        """Return the antiderivative; twice that of ½d, whose gradient by y is then what libfann sends."""
        d = self._difference(y, target)
        xp = namespace(d)
        near = xp.clip(d, -EDGE, EDGE)
        # log1p of -d², not the sum of both logarithms: that one loses all its digits where d is small.
        inside = 2.0 * near * xp.atanh(near) + xp.log1p(-near * near)
        return (2.0 if self.symmetric else 1.0) * (inside + STEEPEST * (xp.abs(d) - xp.abs(near)))

    def vjp(self, y: Array, target: Array) -> tuple[Array, Callable[[Array], Array]]:
        """Return the loss, and the pullback: what libfann sends back; d has the sign of y - target here."""

        def pullback(dvalue: Array) -> Array:
            d = self._difference(y, target)
            xp = namespace(d)
            inside = 2.0 * xp.atanh(xp.clip(d, -EDGE, EDGE))
            return dvalue * xp.where(xp.abs(d) > EDGE, STEEPEST * xp.sign(d), inside)

        return self.forward(y, target), pullback

    def _difference(self, y: Array, target: Array) -> Array:
        d = y - target
        return 0.5 * d if self.symmetric else d
