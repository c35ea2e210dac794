"""The colour mode: from a network's channels to RGB."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from limner.arrays.namespace import namespace
from limner.stages.base import Parametric

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.context import Context
    from limner.stages.network import Pullback


class ColorMode(Parametric):
    """Turns channels ``(c, n)``, nominally 0 to 1, into RGB ``(3, n)`` or RGBA ``(4, n)``; it clamps nothing.

    A subclass writes ``components``, ``convert`` and ``convert_vjp`` for the colour alone; alpha is added here.
    """

    alpha: bool = Field(
        default=False,
        description="add a channel o for opacity",
    )
    opacity: Literal["fold", "plain"] = Field(
        default="fold",
        description="what alpha makes of o: a = 0.25 + 0.75 (1 - |2o - 1|), never wholly clear, or a = o, which can"
        " be learned",
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
        opacity = self._opacity(x[-1:, :])
        return namespace(x).concat([self.convert(theta, x[:-1, :]), opacity], axis=0)

    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pullback]:  # noqa: ARG002
        """RGB or RGBA, and the pullback ``dy -> (dtheta, dx)``."""
        if not self.alpha:
            return self.convert_vjp(theta, x)
        xp = namespace(x)
        rgb, pull = self.convert_vjp(theta, x[:-1, :])
        o = x[-1:, :]

        def pullback(dy: Array) -> tuple[Array, Array]:
            dtheta, dx = pull(dy[:-1, :])
            do = dy[-1:, :]
            if self.opacity == "fold":
                do = -1.5 * xp.sign(2.0 * o - 1.0) * do
            return dtheta, xp.concat([dx, do], axis=0)

        return xp.concat([rgb, self._opacity(o)], axis=0), pullback

    def _opacity(self, o: Array) -> Array:
        return o if self.opacity == "plain" else 1.0 - 0.75 * namespace(o).abs(2.0 * o - 1.0)
