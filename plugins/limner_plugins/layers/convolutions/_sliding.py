"""Convolution as one product a tap, slid along pictures that lie in a row with zeros between them.

On pictures with zeros between their rows and between one another, flattened to ``(c, columns)``, a tap sees a plain
slice of columns: nothing is copied for it, and the whole batch is one product. What comes out where there are zeros
is nobody's, and left out. A stride of s is s² such pictures, one for each phase; those of one row of the kernel lie
one below the other, so that weights are read as they lie in θ, ``(d, k, k, c)``.
"""

from __future__ import annotations

from typing import NamedTuple

from limner.plugin import Array, Context, Taps, device, namespace
from limner_plugins.layers.convolutions._sheet import FlatSheet, laid
from limner_plugins.layers.convolutions.geometry import Geometry, sides

Size = tuple[int, int]


def correlate(weights: Array, x: Array, geometry: Geometry, small: Size, ctx: Context) -> Array:
    """The convolution of ``(c, n, h, w)``: ``(d, n, *small)``."""
    return _correlated(weights, _told(x, geometry, small), geometry, x.shape[1], ctx)


def spread(weights: Array, dy: Array, geometry: Geometry, large: Size, ctx: Context) -> Array:
    """Its transpose: from ``(d, n, *small)`` to ``(c, n, *large)``."""
    return _spread(weights, _margined(dy, geometry, large), geometry, large, ctx)


def pull_correlate(
    flat: Array, start: int, weights: Array, dy: Array, x: Array, geometry: Geometry, ctx: Context
) -> Array | None:
    """The gradient of the weights, written into a vector, and that of x; each where it is asked for."""
    margined = _margined(dy, geometry, sides(x))
    if ctx.theta_gradient:
        _by_weights(flat, start, margined, _told(x, geometry, sides(dy)), geometry, ctx)
    return _spread(weights, margined, geometry, sides(x), ctx) if ctx.input_gradient else None


def pull_spread(
    flat: Array, start: int, weights: Array, dx: Array, y: Array, geometry: Geometry, ctx: Context
) -> Array | None:
    """The same of its transpose: for the gradient of what came out, ``(c, n, *large)``, and what went in."""
    told = _told(dx, geometry, sides(y))
    if ctx.theta_gradient:
        _by_weights(flat, start, _margined(y, geometry, sides(dx)), told, geometry, ctx)
    return _correlated(weights, told, geometry, y.shape[1], ctx) if ctx.input_gradient else None


class PackedInput(NamedTuple):
    """What taps slide over, where they look, and how that which comes out lies."""

    flat: Array
    taps: Taps
    sheet: FlatSheet


class Margined(NamedTuple):
    """What comes out of a convolution as pictures in a row, with columns before them."""

    flat: Array
    sheet: FlatSheet
    lead: int
    n: int


def _correlated(weights: Array, told: PackedInput, geometry: Geometry, n: int, ctx: Context) -> Array:
    y = ctx.primitives.convolve(_by_taps(weights, geometry), told.flat, told.taps, n * told.sheet.points)
    return told.sheet.pictures(y, n)


def _by_weights(flat: Array, start: int, dy: Margined, told: PackedInput, geometry: Geometry, ctx: Context) -> None:
    columns, k = dy.n * dy.sheet.points, told.flat.shape[0] // geometry.stride
    ctx.primitives.write_kernel_gradient(flat, start, dy.flat[:, dy.lead : dy.lead + columns], told.flat, told.taps, k)


def _spread(weights: Array, dy: Margined, geometry: Geometry, large: Size, ctx: Context) -> Array:
    g, n = geometry, dy.n
    if g.stride == 1:
        sheet = FlatSheet(large, dy.sheet.gap + dy.sheet.size[0] - large[0])
        y = ctx.primitives.convolve(
            _reversed(weights), dy.flat, _window(g.kernel, g.dilation, sheet.width), n * sheet.points
        )
        return sheet.pictures(y, n)
    return _spread_phases(weights, dy, geometry, large, ctx)


def _spread_phases(weights: Array, dy: Margined, geometry: Geometry, large: Size, ctx: Context) -> Array:
    """Each row of phases is a convolution of dy with a stride of 1; they are put where they belong."""
    g, s, xp = geometry, geometry.stride, namespace(dy.flat)
    c, n, more = weights.shape[3], dy.n, g.kernel // g.stride - 1
    whole = FlatSheet((dy.sheet.size[0] + more, dy.sheet.size[1] + more), 0)
    taps = _window(more + 1, 1, whole.width)
    dx = xp.zeros((c, n, *large), dtype=dy.flat.dtype, device=device(dy.flat))
    split = _by_taps(weights, g)
    for i in range(s):
        of_i, to_i = _phase(g, i, large[0], whole.size[0])
        part = ctx.primitives.convolve(_reversed(split[:, :, i, :, :]), dy.flat, taps, n * whole.points)
        for j in range(s):
            of_j, to_j = _phase(g, j, large[1], whole.size[1])
            dx[:, :, to_i, to_j] = whole.pictures(part[j * c : (j + 1) * c, :], n)[:, :, of_i, of_j]
    return dx


def _told(x: Array, geometry: Geometry, small: Size) -> PackedInput:
    g = geometry
    if g.stride > 1:
        return _phased(x, g, small)
    gap, reach = _gap(g, sides(x), small), g.dilation * (g.kernel - 1)
    sheet = FlatSheet(small, gap + x.shape[2] - small[0])
    return PackedInput(
        laid(x, FlatSheet(sides(x), gap), g.before, reach - g.before), _window(g.kernel, g.dilation, sheet.width), sheet
    )


def _margined(dy: Array, geometry: Geometry, large: Size) -> Margined:
    """With the zeros that the transpose looks at: that of a stride of 1 is one, its taps in reverse."""
    g, small, n = geometry, sides(dy), dy.shape[1]
    if g.stride > 1:
        more = g.kernel // g.stride - 1
        sheet, before, behind = FlatSheet(small, more), more, 0
    else:
        sheet = FlatSheet(small, _gap(g, large, small) + large[0] - small[0])
        before, behind = g.dilation * (g.kernel - 1) - g.before, g.before
    return Margined(laid(dy, sheet, before, behind), sheet, before * (sheet.width + 1), n)


def _gap(geometry: Geometry, large: Size, small: Size) -> int:
    return max(geometry.before, geometry.after, small[0] - large[0])


def _window(kernel: int, dilation: int, width: int) -> Taps:
    return (kernel, 0, dilation * width), (kernel, 0, dilation)


def _reversed(weights: Array) -> Array:
    """Weights ``(d, rows, columns, c)`` of the transpose: ``(c, rows, columns, d)``, the last tap first."""
    xp = namespace(weights)
    return xp.permute_dims(xp.flip(weights, axis=(1, 2)), (3, 1, 2, 0))


def _by_taps(weights: Array, geometry: Geometry) -> Array:
    """Weights as taps see phases: for a stride of s, s neighbours in a row of the kernel are one tap's."""
    (d, k, _, c), s = weights.shape, geometry.stride
    return weights if s == 1 else namespace(weights).reshape(weights, (d, k // s, s, k // s, s * c))


def _phased(x: Array, geometry: Geometry, small: Size) -> PackedInput:
    """The phases of x, those of row i first, and in it those of column j; and where the taps look."""
    g, s, c, n = geometry, geometry.stride, x.shape[0], x.shape[1]
    more = g.kernel // s - 1
    sheet, whole = FlatSheet(small, more), FlatSheet((small[0] + more, small[1] + more), 0)
    flat, _ = sheet.empty(s * s * c, n, 0, more * (sheet.width + 1), x)
    pictures = whole.pictures(flat[:, : n * sheet.points], n)
    for i in range(s):
        to_i, of_i = _phase(g, i, x.shape[2], whole.size[0])
        for j in range(s):
            to_j, of_j = _phase(g, j, x.shape[3], whole.size[1])
            row = (i * s + j) * c
            pictures[row : row + c, :, to_i, to_j] = x[:, :, of_i, of_j]
    return PackedInput(flat, ((g.kernel // s, 0, sheet.width), (s, s * c, 0), (g.kernel // s, 0, 1)), sheet)


def _phase(geometry: Geometry, phase: int, inputs: int, places: int) -> tuple[slice, slice]:
    """Along an axis, which places of a phase hold which inputs: place p holds input ``p s + phase - before``."""
    s, shift = geometry.stride, phase - geometry.before
    lo = max(0, -(shift // s))
    hi = max(lo, min(places, (inputs - 1 - shift) // s + 1))
    first = lo * s + shift
    return slice(lo, hi), slice(first, first + max(0, (hi - lo - 1) * s + 1), s)
