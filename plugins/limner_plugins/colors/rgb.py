"""The colour mode ``rgb``."""

from __future__ import annotations

import numpy as np

from limner.plugin import Array, ColorMode, Context, Params, Pullback


class Rgb(ColorMode):
    """Red, green and blue as they are."""

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> None:  # noqa: ARG003
        """Return None: drawn channels glare in most pictures, and palettes do not."""
        return

    def component_names(self) -> tuple[str, ...]:
        """Return the letters of red, green and blue."""
        return "R", "G", "B"

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """Return the components themselves."""
        return x

    def vjp(self, params: Params, x: Array, ctx: Context) -> tuple[Array, Pullback]:  # noqa: ARG002
        """Return the components, and the identity: recording it would cost more."""
        return x, lambda drgb: ({}, drgb)
