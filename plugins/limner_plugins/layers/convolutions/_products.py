"""Convolution, its transpose and the gradient of its weights, each by the way that suits the shapes."""

from __future__ import annotations

from types import ModuleType

from limner.plugin import Array, Context
from limner_plugins.layers.convolutions import _sliding, _tapwise
from limner_plugins.layers.convolutions.geometry import Geometry, sides

Size = tuple[int, int]
TINY = 3  # places along an axis, up to which much of what slides would be zeros


def correlate(weights: Array, x: Array, geometry: Geometry, small: Size, ctx: Context) -> Array:
    """The convolution of ``(c, n, h, w)`` by weights ``(d, k, k, c)``: ``(d, n, *small)``, a new array."""
    y: Array = _way(geometry, small).correlate(weights, x, geometry, small, ctx)
    return y


def spread(weights: Array, dy: Array, geometry: Geometry, large: Size, ctx: Context) -> Array:
    """Its transpose: from ``(d, n, *small)`` to ``(c, n, *large)``, a new array."""
    y: Array = _way(geometry, sides(dy)).spread(weights, dy, geometry, large, ctx)
    return y


def pull_correlate(
    flat: Array, start: int, weights: Array, dy: Array, x: Array, geometry: Geometry, ctx: Context
) -> Array | None:
    """The gradient of the weights of the first, written into a vector; and that of x; each where asked for."""
    dx: Array | None = _way(geometry, sides(dy)).pull_correlate(flat, start, weights, dy, x, geometry, ctx)
    return dx


def pull_spread(
    flat: Array, start: int, weights: Array, dx: Array, y: Array, geometry: Geometry, ctx: Context
) -> Array | None:
    """The same of the second: for the gradient of what came out, ``(c, n, *large)``, and what went in."""
    pulled: Array | None = _way(geometry, sides(y)).pull_spread(flat, start, weights, dx, y, geometry, ctx)
    return pulled


def _way(geometry: Geometry, small: Size) -> ModuleType:
    """Sliding, where pictures are large enough and each phase of the stride has as many taps."""
    reach = geometry.dilation * (geometry.kernel - 1)
    odd = geometry.stride > 1 and (geometry.kernel % geometry.stride or geometry.dilation > 1)
    outside = geometry.before > reach or geometry.after > reach
    return _tapwise if odd or outside or min(small) <= TINY else _sliding
