"""Convolution as one product per tap, sliding along pictures laid out in one row with zeros between them.

The rows of a picture and the pictures are separated by zeros and flattened to ``(c, columns)``. A tap then sees a plain
slice of columns: nothing is copied, and the whole batch is one product. Outputs at the zeros are discarded. For a
stride of s there are s² such pictures, one per phase. Those of one row of the kernel are stacked, so that weights are
read in their order in θ, ``(d, k, k, c)``.
"""

from __future__ import annotations

from typing import NamedTuple

from limner.plugin import Array, Context, Taps, device, namespace
from limner_plugins.layers.convolutions._sheet import FlatSheet, lay_out
from limner_plugins.layers.convolutions.geometry import Geometry, sides

Size = tuple[int, int]


def correlate(weights: Array, x: Array, geometry: Geometry, small: Size, ctx: Context) -> Array:
    """Return the convolution of ``(c, n, h, w)``: ``(d, n, *small)``."""
    return _correlate(weights, _packed_input(x, geometry, small), geometry, x.shape[1], ctx)


def correlate_transposed(weights: Array, dy: Array, geometry: Geometry, large: Size, ctx: Context) -> Array:
    """Return the transposed convolution of ``(d, n, *small)``: ``(c, n, *large)``."""
    return _correlate_transposed(weights, _packed_output(dy, geometry, large), geometry, large, ctx)


def pull_correlate(
    flat: Array, start: int, weights: Array, dy: Array, x: Array, geometry: Geometry, ctx: Context
) -> Array | None:
    """Write the gradient of the weights of a convolution into ``flat``, and return the gradient of x, if needed."""
    packed_dy = _packed_output(dy, geometry, sides(x))
    if ctx.theta_gradient:
        _write_weight_gradient(flat, start, packed_dy, _packed_input(x, geometry, sides(dy)), geometry, ctx)
    return _correlate_transposed(weights, packed_dy, geometry, sides(x), ctx) if ctx.input_gradient else None


def pull_transposed(
    flat: Array, start: int, weights: Array, dx: Array, y: Array, geometry: Geometry, ctx: Context
) -> Array | None:
    """Write the gradient of the weights of a transposed convolution into ``flat``; return the gradient of its input y.

    Each is computed only if ``ctx`` asks. ``dx``, ``(c, n, *large)``, is the gradient of the output.
    """
    packed = _packed_input(dx, geometry, sides(y))
    if ctx.theta_gradient:
        _write_weight_gradient(flat, start, _packed_output(y, geometry, sides(dx)), packed, geometry, ctx)
    return _correlate(weights, packed, geometry, y.shape[1], ctx) if ctx.input_gradient else None


class PackedInput(NamedTuple):
    """The input that taps slide over, the offsets of the taps, and the layout of the output."""

    flat: Array
    taps: Taps
    sheet: FlatSheet


class PackedOutput(NamedTuple):
    """The output of a convolution as n pictures in a row, after ``lead`` columns of zeros."""

    flat: Array
    sheet: FlatSheet
    lead: int
    n: int


def _correlate(weights: Array, packed: PackedInput, geometry: Geometry, n: int, ctx: Context) -> Array:
    y = ctx.primitives.convolve(_by_taps(weights, geometry), packed.flat, packed.taps, n * packed.sheet.points)
    return packed.sheet.pictures(y, n)


def _write_weight_gradient(
    flat: Array, start: int, dy: PackedOutput, packed: PackedInput, geometry: Geometry, ctx: Context
) -> None:
    columns, k = dy.n * dy.sheet.points, packed.flat.shape[0] // geometry.stride
    outputs = dy.flat[:, dy.lead : dy.lead + columns]
    ctx.primitives.write_kernel_gradient(flat, start, outputs, packed.flat, packed.taps, k)


def _correlate_transposed(weights: Array, dy: PackedOutput, geometry: Geometry, large: Size, ctx: Context) -> Array:
    g, n = geometry, dy.n
    if g.stride == 1:
        sheet = FlatSheet(large, dy.sheet.gap + dy.sheet.size[0] - large[0])
        y = ctx.primitives.convolve(
            _reversed(weights), dy.flat, _window(g.kernel, g.dilation, sheet.width), n * sheet.points
        )
        return sheet.pictures(y, n)
    return _transposed_phases(weights, dy, geometry, large, ctx)


def _transposed_phases(weights: Array, dy: PackedOutput, geometry: Geometry, large: Size, ctx: Context) -> Array:
    """Return the transposed convolution for a stride above 1: one convolution of dy per row of phases."""
    g, s, xp = geometry, geometry.stride, namespace(dy.flat)
    c, n, more = weights.shape[3], dy.n, g.kernel // g.stride - 1
    whole = FlatSheet((dy.sheet.size[0] + more, dy.sheet.size[1] + more), 0)
    taps = _window(more + 1, 1, whole.width)
    dx = xp.zeros((c, n, *large), dtype=dy.flat.dtype, device=device(dy.flat))
    split = _by_taps(weights, g)
    for i in range(s):
        from_i, to_i = _phase(g, i, large[0], whole.size[0])
        part = ctx.primitives.convolve(_reversed(split[:, :, i, :, :]), dy.flat, taps, n * whole.points)
        for j in range(s):
            from_j, to_j = _phase(g, j, large[1], whole.size[1])
            dx[:, :, to_i, to_j] = whole.pictures(part[j * c : (j + 1) * c, :], n)[:, :, from_i, from_j]
    return dx


def _packed_input(x: Array, geometry: Geometry, small: Size) -> PackedInput:
    g = geometry
    if g.stride > 1:
        return _phased(x, g, small)
    gap, reach = _gap(g, sides(x), small), g.dilation * (g.kernel - 1)
    sheet = FlatSheet(small, gap + x.shape[2] - small[0])
    flat = lay_out(x, FlatSheet(sides(x), gap), g.before, reach - g.before)
    return PackedInput(flat, _window(g.kernel, g.dilation, sheet.width), sheet)


def _packed_output(dy: Array, geometry: Geometry, large: Size) -> PackedOutput:
    """Return dy with the zeros around it that the transpose reads.

    The transpose of a convolution with a stride of 1 is a convolution with its taps reversed.
    """
    g, small, n = geometry, sides(dy), dy.shape[1]
    if g.stride > 1:
        more = g.kernel // g.stride - 1
        sheet, before, behind = FlatSheet(small, more), more, 0
    else:
        sheet = FlatSheet(small, _gap(g, large, small) + large[0] - small[0])
        before, behind = g.dilation * (g.kernel - 1) - g.before, g.before
    return PackedOutput(lay_out(dy, sheet, before, behind), sheet, before * (sheet.width + 1), n)


def _gap(geometry: Geometry, large: Size, small: Size) -> int:
    return max(geometry.before, geometry.after, small[0] - large[0])


def _window(kernel: int, dilation: int, width: int) -> Taps:
    return (kernel, 0, dilation * width), (kernel, 0, dilation)


def _reversed(weights: Array) -> Array:
    """Return weights ``(d, rows, columns, c)`` for the transpose: ``(c, rows, columns, d)``, the last tap first."""
    xp = namespace(weights)
    return xp.permute_dims(xp.flip(weights, axis=(1, 2)), (3, 1, 2, 0))


def _by_taps(weights: Array, geometry: Geometry) -> Array:
    """Return weights grouped by phase: for a stride of s, one tap has s neighbours in a row of the kernel."""
    (d, k, _, c), s = weights.shape, geometry.stride
    return weights if s == 1 else namespace(weights).reshape(weights, (d, k // s, s, k // s, s * c))


def _phased(x: Array, geometry: Geometry, small: Size) -> PackedInput:
    """Return the phases of x, ordered by row i and then column j, with the offsets of the taps."""
    g, s, c, n = geometry, geometry.stride, x.shape[0], x.shape[1]
    more = g.kernel // s - 1
    sheet, whole = FlatSheet(small, more), FlatSheet((small[0] + more, small[1] + more), 0)
    flat, _ = sheet.empty(s * s * c, n, 0, more * (sheet.width + 1), x)
    pictures = whole.pictures(flat[:, : n * sheet.points], n)
    for i in range(s):
        to_i, from_i = _phase(g, i, x.shape[2], whole.size[0])
        for j in range(s):
            to_j, from_j = _phase(g, j, x.shape[3], whole.size[1])
            row = (i * s + j) * c
            pictures[row : row + c, :, to_i, to_j] = x[:, :, from_i, from_j]
    return PackedInput(flat, ((g.kernel // s, 0, sheet.width), (s, s * c, 0), (g.kernel // s, 0, 1)), sheet)


def _phase(geometry: Geometry, phase: int, inputs: int, positions: int) -> tuple[slice, slice]:
    """Return, along an axis, which positions of a phase hold which inputs: p holds input ``p s + phase - before``."""
    s, shift = geometry.stride, phase - geometry.before
    lo = max(0, -(shift // s))
    hi = max(lo, min(positions, (inputs - 1 - shift) // s + 1))
    first = lo * s + shift
    return slice(lo, hi), slice(first, first + max(0, (hi - lo - 1) * s + 1), s)
