"""The blend ``min``."""

from __future__ import annotations

from limner.plugin import Array, namespace
from limner_plugins.blends._extreme import ExtremeBlend


class Min(ExtremeBlend):
    """The darkest value of all layers, channel by channel ("darken")."""

    def choose(self, one: Array, other: Array) -> Array:
        """Return the smaller of each pair of numbers."""
        return namespace(one, other).minimum(one, other)
