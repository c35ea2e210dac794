"""Convolution, its transpose and their gradients, each with the method that suits the shapes."""

from __future__ import annotations

from types import ModuleType

from limner.plugin import Array, Context
from limner_plugins.layers.convolutions import _sliding, _tapwise
from limner_plugins.layers.convolutions.geometry import Geometry, sides

Size = tuple[int, int]
MAX_TAPWISE_SIDE = 3  # positions along an axis up to which sliding would mostly multiply zeros


def correlate(weights: Array, x: Array, geometry: Geometry, small: Size, ctx: Context) -> Array:
    """Return the convolution of ``(c, n, h, w)`` by weights ``(d, k, k, c)``: ``(d, n, *small)``, a new array."""
    y: Array = _method(geometry, small).correlate(weights, x, geometry, small, ctx)
    return y


def correlate_transposed(weights: Array, dy: Array, geometry: Geometry, large: Size, ctx: Context) -> Array:
    """Return the transposed convolution of ``(d, n, *small)``: ``(c, n, *large)``, a new array."""
    y: Array = _method(geometry, sides(dy)).correlate_transposed(weights, dy, geometry, large, ctx)
    return y


def pull_correlate(
    flat: Array, start: int, weights: Array, dy: Array, x: Array, geometry: Geometry, ctx: Context
) -> Array | None:
    """Write the gradient of the weights of a convolution into ``flat``, and return the gradient of x, if needed."""
    dx: Array | None = _method(geometry, sides(dy)).pull_correlate(flat, start, weights, dy, x, geometry, ctx)
    return dx


def pull_transposed(
    flat: Array, start: int, weights: Array, dx: Array, y: Array, geometry: Geometry, ctx: Context
) -> Array | None:
    """Write the gradient of the weights of a transposed convolution into ``flat``; return the gradient of its input y.

    Each is computed only if ``ctx`` asks. ``dx``, ``(c, n, *large)``, is the gradient of the output.
    """
    pulled: Array | None = _method(geometry, sides(y)).pull_transposed(flat, start, weights, dx, y, geometry, ctx)
    return pulled


def _method(geometry: Geometry, small: Size) -> ModuleType:
    """Return the sliding method if pictures are large enough and all phases of the stride have equally many taps."""
    reach = geometry.dilation * (geometry.kernel - 1)
    odd = geometry.stride > 1 and (geometry.kernel % geometry.stride or geometry.dilation > 1)
    outside = geometry.before > reach or geometry.after > reach
    return _tapwise if odd or outside or min(small) <= MAX_TAPWISE_SIDE else _sliding
