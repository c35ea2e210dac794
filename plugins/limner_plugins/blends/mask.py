"""The blend ``mask``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from limner.plugin import Array, Blend, BlendPullback, namespace


class Mask(Blend):
    """The first layer where the third is black, the second where it is white, and the mixture between."""

    fewest: ClassVar[int] = 3
    most: ClassVar[int] = 3

    def forward(self, layers: Sequence[Array]) -> Array:
        """The two layers, mixed by the mean of the mask's channels."""
        a, b, mask = layers
        return a + namespace(a).mean(mask, axis=0, keepdims=True) * (b - a)

    def vjp(self, layers: Sequence[Array]) -> tuple[Array, BlendPullback]:
        """To both layers, and to the mask."""
        a, b, mask = layers
        xp = namespace(a)
        share = xp.mean(mask, axis=0, keepdims=True)

        def pullback(dy: Array) -> list[Array]:
            dshare = xp.sum(dy * (b - a), axis=0, keepdims=True) / 3
            return [dy * (1.0 - share), dy * share, xp.concat([dshare, dshare, dshare], axis=0)]

        return self.forward(layers), pullback
