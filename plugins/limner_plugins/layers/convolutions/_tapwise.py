"""Convolution tap by tap, only where a tap meets the picture: for any stride and dilation, without reading zeros.

It copies the inputs of each tap and adds its products. This is slow for large pictures with few channels, and the
fastest method for pictures so small that much of a kernel lies outside.
"""

from __future__ import annotations

from collections.abc import Iterator

from limner.plugin import Array, Context, device, namespace
from limner_plugins.layers.convolutions.geometry import Geometry, TapSpan, sides

Tap = tuple[int, int, TapSpan, TapSpan]


def overlapping_taps(geometry: Geometry, large: tuple[int, int], small: tuple[int, int]) -> Iterator[Tap]:
    """Yield the taps that meet a picture, each with its spans of rows and columns."""
    rows = [geometry.span(i, large[0], small[0]) for i in range(geometry.kernel)]
    columns = [geometry.span(j, large[1], small[1]) for j in range(geometry.kernel)]
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            if row.hi > row.lo and column.hi > column.lo:
                yield i, j, row, column


def correlate(weights: Array, x: Array, geometry: Geometry, small: tuple[int, int], ctx: Context) -> Array:
    """Return the convolution of ``(c, n, h, w)`` by weights ``(d, k, k, c)``: ``(d, n, *small)``."""
    xp, d = namespace(x), weights.shape[0]
    y = xp.zeros((d, x.shape[1], *small), dtype=x.dtype, device=device(x))
    for i, j, row, column in overlapping_taps(geometry, sides(x), small):
        part = _inputs_of_tap(x, row, column, geometry.stride)
        product = ctx.primitives.product(weights[:, i, j, :], _flat(part))
        y[:, :, row.lo : row.hi, column.lo : column.hi] += xp.reshape(product, (d, *part.shape[1:]))
    return y


def correlate_transposed(weights: Array, dy: Array, geometry: Geometry, large: tuple[int, int], ctx: Context) -> Array:
    """Return the transposed convolution of ``(d, n, *small)``: ``(c, n, *large)``."""
    xp, c, s = namespace(dy), weights.shape[3], geometry.stride
    dx = xp.zeros((c, dy.shape[1], *large), dtype=dy.dtype, device=device(dy))
    for i, j, row, column in overlapping_taps(geometry, large, sides(dy)):
        part = dy[:, :, row.lo : row.hi, column.lo : column.hi]
        product = ctx.primitives.product(weights[:, i, j, :].T, _flat(part))
        dx[:, :, _strided(row, s), _strided(column, s)] += xp.reshape(product, (c, *part.shape[1:]))
    return dx


def pull_correlate(
    flat: Array, start: int, weights: Array, dy: Array, x: Array, geometry: Geometry, ctx: Context
) -> Array | None:
    """Write the gradient of the weights of a convolution into ``flat``, and return the gradient of x, if needed."""
    if ctx.theta_gradient:
        _write_weight_gradient(flat, start, dy, x, geometry, ctx)
    return correlate_transposed(weights, dy, geometry, sides(x), ctx) if ctx.input_gradient else None


def pull_transposed(
    flat: Array, start: int, weights: Array, dx: Array, y: Array, geometry: Geometry, ctx: Context
) -> Array | None:
    """Write the gradient of the weights of a transposed convolution into ``flat``; return the gradient of its input y.

    Each is computed only if ``ctx`` asks. ``dx``, ``(c, n, *large)``, is the gradient of the output.
    """
    if ctx.theta_gradient:
        _write_weight_gradient(flat, start, y, dx, geometry, ctx)
    return correlate(weights, dx, geometry, sides(y), ctx) if ctx.input_gradient else None


def _write_weight_gradient(flat: Array, start: int, dy: Array, x: Array, geometry: Geometry, ctx: Context) -> None:
    """Write the gradient ``(d, k, k, c)`` of the weights into ``flat``, for ``dy`` ``(d, n, *small)``."""
    xp, d, k, c = namespace(dy), dy.shape[0], geometry.kernel, x.shape[0]
    out = xp.zeros((d, k, k, c), dtype=dy.dtype, device=device(dy))
    for i, j, row, column in overlapping_taps(geometry, sides(x), sides(dy)):
        part = dy[:, :, row.lo : row.hi, column.lo : column.hi]
        inputs = _inputs_of_tap(x, row, column, geometry.stride)
        out[:, i, j, :] = ctx.primitives.outer(_flat(part), _flat(inputs))
    flat[start : start + d * k * k * c] = xp.reshape(out, (-1,))


def _inputs_of_tap(x: Array, row: TapSpan, column: TapSpan, stride: int) -> Array:
    return x[:, :, _strided(row, stride), _strided(column, stride)]


def _strided(span: TapSpan, stride: int) -> slice:
    return slice(span.start, span.start + (span.hi - span.lo - 1) * stride + 1, stride)


def _flat(x: Array) -> Array:
    """Return ``(c, n, h, w)`` as ``(c, n h w)``."""
    return namespace(x).reshape(x, (x.shape[0], x.shape[1] * x.shape[2] * x.shape[3]))
