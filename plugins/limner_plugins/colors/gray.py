"""The colour mode ``gray``."""

from __future__ import annotations

from limner.plugin import Array, ColorMode, Pullback, empty_theta, namespace


class Gray(ColorMode):
    """One channel, 0 black to 1 white."""

    def components(self) -> int:
        """One."""
        return 1

    def convert(self, theta: Array, x: Array) -> Array:  # noqa: ARG002
        """R = G = B = g."""
        return namespace(x).concat([x, x, x], axis=0)

    def convert_vjp(self, theta: Array, x: Array) -> tuple[Array, Pullback]:
        """The channel thrice, and the sum of its gradients."""

        def pullback(drgb: Array) -> tuple[Array, Array]:
            return empty_theta(drgb), namespace(drgb).sum(drgb, axis=0, keepdims=True)

        return self.convert(theta, x), pullback
