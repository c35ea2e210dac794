"""Colours that are multiplied by their opacity, as in a mixture of layers."""

from __future__ import annotations

from limner.plugin import Array, namespace

MIN_OPACITY = 1e-6
"""Opacity below which the colour is invisible; it keeps the division finite."""


def straight(weighted: Array, opacity: Array) -> Array:
    """Return colours ``(3, n)`` that were multiplied by their opacity ``(1, n)`` without that factor."""
    return weighted / namespace(weighted).maximum(opacity, MIN_OPACITY)
