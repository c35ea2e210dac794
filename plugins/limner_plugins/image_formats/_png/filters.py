"""The row filters of a PNG: https://www.w3.org/TR/png-3/#9Filters.

limner writes only None, Sub and Up, which NumPy can undo over many rows at once. It also reads Average and Paeth.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from limner.plugin import ArtworkError

NONE, SUB, UP, AVERAGE, PAETH = range(5)


def apply_filters(rows: np.ndarray, above: np.ndarray, pixel: int) -> np.ndarray:
    """Filter rows of bytes, choosing for each row the filter with the smallest sum of absolute differences.

    Args:
        rows: the rows, ``(n, stride)``, uint8.
        above: the row above the first, ``(stride,)``; zeros at the top of the picture.
        pixel: bytes per pixel.

    Returns:
        The filtered rows, ``(n, 1 + stride)``, each preceded by the number of its filter.
    """
    candidates = np.empty((3, *rows.shape), np.uint8)
    candidates[NONE] = rows
    candidates[SUB, :, :pixel] = rows[:, :pixel]
    np.subtract(rows[:, pixel:], rows[:, :-pixel], out=candidates[SUB, :, pixel:])
    np.subtract(rows[0], above, out=candidates[UP, 0])
    np.subtract(rows[1:], rows[:-1], out=candidates[UP, 1:])
    # Differences wrap around, so the cost of a byte is its distance to 0 or to 256, whichever is smaller.
    costs = np.minimum(candidates, np.negative(candidates)).sum(axis=2, dtype=np.uint64)
    chosen = costs.argmin(axis=0)
    out = np.empty((rows.shape[0], 1 + rows.shape[1]), np.uint8)
    out[:, 0] = chosen
    for number in range(3):
        where = chosen == number
        out[where, 1:] = candidates[number, where]
    return out


def undo_filters(filtered: np.ndarray, above: np.ndarray, pixel: int) -> np.ndarray:
    """Return the original rows, ``(n, stride)``, of filtered rows.

    Args:
        filtered: the filtered rows, ``(n, 1 + stride)``, uint8.
        above: the original row above the first, ``(stride,)``; zeros at the top of the picture.
        pixel: bytes per pixel.

    Raises:
        ArtworkError: the filter of a row is unknown.
    """
    filters = filtered[:, 0]
    rows = np.ascontiguousarray(filtered[:, 1:])
    if filters.max() > PAETH:
        raise ArtworkError("the picture's data are damaged: a row has an unknown filter")
    sub = filters == SUB
    if sub.any():
        pixels = rows[sub].reshape(int(sub.sum()), -1, pixel)
        rows[sub] = np.cumsum(pixels, axis=1, dtype=np.uint8).reshape(len(pixels), -1)
    edges = [0, *(np.flatnonzero(np.diff(filters)) + 1).tolist(), len(filters)]
    for start, stop in pairwise(edges):  # runs of rows with one filter
        if filters[start] == UP:
            rows[start] += above
            rows[start:stop] = np.cumsum(rows[start:stop], axis=0, dtype=np.uint8)
        elif filters[start] in (AVERAGE, PAETH):
            undo = _undo_average if filters[start] == AVERAGE else _undo_paeth
            for i in range(start, stop):
                before = above if i == start else rows[i - 1]
                rows[i] = np.frombuffer(undo(rows[i].tobytes(), before.tobytes(), pixel), np.uint8)
        above = rows[stop - 1]
    return rows


def _undo_average(row: bytes, above: bytes, pixel: int) -> bytearray:
    """Return one row without the filter Average; each byte depends on the previous pixel, so loop."""
    out = bytearray(pixel) + row  # the pixel before the first is zero
    for i, up in enumerate(above, pixel):
        out[i] = (out[i] + (out[i - pixel] + up) // 2) & 255
    return out[pixel:]


def _undo_paeth(row: bytes, above: bytes, pixel: int) -> bytearray:
    """Return one row without the filter Paeth: it predicts the left, upper or upper-left neighbour.

    The neighbour closest to left + up - upper left is used.
    """
    out = bytearray(pixel) + row
    for i, (up, corner) in enumerate(zip(above, bytes(pixel) + above[:-pixel], strict=True), pixel):
        left = out[i - pixel]
        near, distance = left, abs(up - corner)
        if abs(left - corner) < distance:
            near, distance = up, abs(left - corner)
        if abs(left + up - 2 * corner) < distance:
            near = corner
        out[i] = (out[i] + near) & 255
    return out[pixel:]
