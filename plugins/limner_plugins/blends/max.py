"""The blend ``max``."""

from __future__ import annotations

from limner.plugin import Array, namespace
from limner_plugins.blends._extreme import ExtremeBlend


class Max(ExtremeBlend):
    """The lightest value of all layers, channel by channel ("lighten")."""

    def choose(self, one: Array, other: Array) -> Array:
        """Return the larger of each pair of numbers."""
        return namespace(one, other).maximum(one, other)
