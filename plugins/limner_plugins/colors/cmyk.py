"""The colour mode ``cmyk``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from limner.plugin import Array, ColorMode, Context, Gradients, Params, Pullback, namespace


class Cmyk(ColorMode):
    """Cyan, magenta, yellow and key.

    ``print`` is the rule of printing, R = (1 - c)(1 - k). ``bright`` is that of tuanle618/neural-net-random-art,
    R = (1 - c) k, where k = 1 is full light.
    """

    key: Literal["print", "bright"] = Field(
        default="print", description="meaning of k = 1: black ink (print) or full light (bright)"
    )

    @classmethod
    def examples(cls) -> tuple[Cmyk, ...]:
        """Return both rules, and alpha."""
        return cls(), cls(key="bright"), cls(alpha=True)

    def num_components(self) -> int:
        """Return 4."""
        return 4

    def component_names(self) -> tuple[str, ...]:
        """Return the letters of cyan, magenta, yellow and key."""
        return "C", "M", "Y", "K"

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return (1 - ink) times the light that the key leaves."""
        return (1.0 - x[:3, :]) * self._light(x)

    def vjp(self, params: Params, x: Array, ctx: Context) -> tuple[Array, Pullback]:  # noqa: ARG002
        """Return RGB, and the pullback of a product: each factor's gradient is the other's value."""
        paper, light = 1.0 - x[:3, :], self._light(x)
        sign = -1.0 if self.key == "print" else 1.0

        def pullback(drgb: Array) -> tuple[Gradients, Array]:
            xp = namespace(drgb)
            dkey = sign * xp.sum(drgb * paper, axis=0, keepdims=True)
            return {}, xp.concat([-drgb * light, dkey], axis=0)

        return paper * light, pullback

    def _light(self, x: Array) -> Array:
        return 1.0 - x[3:, :] if self.key == "print" else x[3:, :]
