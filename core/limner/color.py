"""The colour mode: from a network's channels to RGB."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from pydantic import Field

from limner.namespace import namespace
from limner.stage import Parametric

if TYPE_CHECKING:
    from limner.namespace import Array
    from limner.network import Pullback
    from limner.samples import Context


class ColorMode(Parametric):
    """Turns channels ``(c, n)``, nominally 0 to 1, into RGB ``(3, n)`` or RGBA ``(4, n)``; it clamps nothing.

    A subclass writes ``components``, ``convert`` and ``convert_vjp`` for the colour alone; alpha is added here.
    """

    alpha: bool = Field(
        default=False,
        description="add a channel o for opacity, a = 0.25 + 0.75 (1 - |2o - 1|): never wholly clear",
    )

    @abstractmethod
    def components(self) -> int:
        """How many channels the colour alone takes."""

    @abstractmethod
    def convert(self, theta: Array, x: Array) -> Array:
        """RGB ``(3, n)`` of the components ``(c, n)``."""

    @abstractmethod
    def convert_vjp(self, theta: Array, x: Array) -> tuple[Array, Pullback]:
        """RGB, and its exact pullback ``drgb -> (dtheta, dx)``; at a kink, the gradient of either side."""

    def channels(self) -> int:
        """How many channels the network must give."""
        return self.components() + int(self.alpha)

    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """RGB or RGBA of the channels ``(c, n)``."""
        if not self.alpha:
            return self.convert(theta, x)
        xp = namespace(x)
        opacity = 1.0 - 0.75 * xp.abs(2.0 * x[-1:, :] - 1.0)
        return xp.concat([self.convert(theta, x[:-1, :]), opacity], axis=0)

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pullback]:  # noqa: ARG002
        """RGB or RGBA, and the pullback ``dy -> (dtheta, dx)``."""
        if not self.alpha:
            return self.convert_vjp(theta, x)
        xp = namespace(x)
        rgb, pull = self.convert_vjp(theta, x[:-1, :])
        centred = 2.0 * x[-1:, :] - 1.0

        def pullback(dy: Array) -> tuple[Array, Array]:
            dtheta, dx = pull(dy[:-1, :])
            return dtheta, xp.concat([dx, -1.5 * xp.sign(centred) * dy[-1:, :]], axis=0)

        return xp.concat([rgb, 1.0 - 0.75 * xp.abs(centred)], axis=0), pullback
