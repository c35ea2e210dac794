"""The colour mode ``rgb``."""

from __future__ import annotations

from limner.plugin import Array, ColorMode, Pullback, empty_theta


class Rgb(ColorMode):
    """Red, green and blue as they are."""

    def components(self) -> int:
        """Three."""
        return 3

    def convert(self, theta: Array, x: Array) -> Array:  # noqa: ARG002
        """The channels themselves."""
        return x

    def convert_vjp(self, theta: Array, x: Array) -> tuple[Array, Pullback]:  # noqa: ARG002
        """The identity and its pullback."""
        return x, lambda drgb: (empty_theta(drgb), drgb)
