"""Interpolation between the pixels of a raster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limner.arrays.namespace import namespace

if TYPE_CHECKING:
    from limner.arrays.namespace import Array


def sample_bicubic(raster: Array, at: Array) -> Array:
    """Return the colours ``(c, n)`` of a raster ``(c, h, w)`` at columns and rows ``(2, n)``, by interpolation.

    The centre of a pixel is at 0.5. The method is cubic convolution with a = -1/2 (R. Keys, 1981; Catmull-Rom): exact
    at the pixels, and for colours along a parabola. Beyond the edges, the outermost pixels are repeated.
    """
    xp = namespace(raster)
    channels, height, width = raster.shape
    flat = xp.reshape(raster, (channels, height * width))
    columns, across = _taps(at[0, :], width)
    rows, down = _taps(at[1, :], height)
    out = xp.zeros_like(at[:1, :])
    for row, y in zip(rows, down, strict=True):
        line = xp.zeros_like(at[:1, :])
        for column, x in zip(columns, across, strict=True):
            line = line + x * xp.take(flat, row * width + column, axis=1)
        out = out + y * line
    return out


def _taps(position: Array, count: int) -> tuple[list[Array], list[Array]]:
    """Return the four pixels around each position along an axis, and their weights."""
    xp = namespace(position)
    first = xp.floor(position - 0.5)
    t = position - 0.5 - first
    whole = xp.astype(first, xp.int64)
    pixels = [xp.clip(whole + i, 0, count - 1) for i in (-1, 0, 1, 2)]
    square, cube = t * t, t * t * t
    weights = [
        -0.5 * t + square - 0.5 * cube,
        1.0 - 2.5 * square + 1.5 * cube,
        0.5 * t + 2.0 * square - 1.5 * cube,
        0.5 * cube - 0.5 * square,
    ]
    return pixels, weights
