"""Convolutions as sliding products with NumPy, in blocks of columns that stay in a core's cache, without im2col.

Either the columns that the taps see are copied for a block and multiplied at once, or each tap has its own product,
and the products are added. The first moves fewer numbers if each tap has few inputs, the second if it has many.
Measured on one core with 1 MiB of cache, both reach 80 to 125 billion operations per second where they are chosen.
The choice depends on the shapes alone.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided

from limner.plugin import Taps
from limner_plugins.backends._blocks import multiply, outer, power

Spread: TypeAlias = Callable[[Callable[[Any], None], list[Any]], list[None]]
LEAST = 16  # columns of a block of a product
SEEN = 2**19  # numbers of a block that taps see
ADDED = 2**18  # numbers of a block that products are added to
FEW = 36  # numbers for each tap, up to which they are copied
NARROW = 9  # numbers for each tap, up to which a separate product is too narrow
MANY = 128  # rows from which a product is computed in the order of the vector, without transposing
ROWS = 128  # rows of a product that is split among threads
WORTH = 2**25  # multiplications from which splitting a product among threads pays
ASIDE = 16  # padding of the rows of a block, in numbers: rows of 4 KiB would all map to the same cache lines


def seen(x: np.ndarray, taps: Taps, k: int, n: int) -> np.ndarray:
    """Return a view of what the taps see of ``(rows, columns)``: ``(*counts, k, n)``, without a copy.

    Raises:
        ValueError: a tap would read outside the array.
    """
    rows = k + sum((count - 1) * row for count, row, _ in taps)
    columns = n + sum((count - 1) * column for count, _, column in taps)
    if rows > x.shape[0] or columns > x.shape[1]:
        raise ValueError(f"taps that see {rows} rows and {columns} columns slide over an array of {x.shape}")
    down, along = x.strides
    steps = (row * down + column * along for _, row, column in taps)
    return as_strided(x, (*(count for count, _, _ in taps), k, n), (*steps, down, along), writeable=False)


def slide(weights: np.ndarray, x: np.ndarray, taps: Taps, n: int, spread: Spread) -> np.ndarray:
    """Return Σ over taps of ``weights[:, *tap, :]`` times what the tap sees: ``(d, n)``; blocks run in parallel."""
    d, k = weights.shape[0], weights.shape[-1]
    view, y = seen(x, taps, k, n), np.empty((d, n), np.result_type(weights, x))
    few = k <= FEW
    flat = weights.reshape(d, -1) if few else weights
    block = max(1, min(n, max(64, power(SEEN // flat.shape[1] if few else ADDED // d))))
    height = ROWS if n <= block and not few else d

    def of(place: tuple[int, int]) -> None:
        row, first = place
        rows, columns = slice(row, row + height), slice(first, min(first + block, n))
        (_copied if few else _added)(flat[rows], view[..., columns], y[rows, columns])

    places = [(row, first) for row in range(0, d, height) for first in range(0, n, block)]
    _share(of, places, weights.size * n, spread)
    return y


def _share(of: Callable[[Any], None], places: list[Any], steps: int, spread: Spread) -> None:
    """Run the steps, in parallel if that pays; the results are the same either way."""
    if steps < WORTH:
        for place in places:
            of(place)
    else:
        spread(of, places)


def _copied(weights: np.ndarray, view: np.ndarray, into: np.ndarray) -> None:
    rows, n = weights.shape[1], into.shape[1]
    wide = np.empty((*view.shape[:-1], n + ASIDE), view.dtype)
    wide[..., :n] = view
    multiply(weights, wide.reshape(rows, n + ASIDE)[:, :n], into, LEAST)


def _added(weights: np.ndarray, view: np.ndarray, into: np.ndarray) -> None:
    d, n = into.shape
    product = np.empty((d, n + ASIDE), into.dtype)[:, :n]
    for at in np.ndindex(view.shape[:-2]):
        multiply(weights[:, *at, :], view[at], product if any(at) else into, LEAST)
        if any(at):
            into += product


def put_slide_outer(
    flat: np.ndarray, start: int, dy: np.ndarray, x: np.ndarray, taps: Taps, k: int, spread: Spread
) -> None:
    """Write ``dy`` ``(d, n)`` times what each tap sees, transposed, into a vector at ``start``: ``(d, *counts, k)``."""
    (d, n), view = dy.shape, seen(x, taps, k, dy.shape[1])
    out = flat[start : start + d * prod(view.shape[:-1])].reshape(d, *view.shape[:-1])
    if d <= NARROW or (NARROW < k <= FEW and d <= FEW):
        for at in np.ndindex(view.shape[:-2]):
            out[:, *at, :] = outer(dy, view[at], LEAST)
        return
    parts = view.shape[0] if prod(view.shape[1:-1]) >= ROWS else 1
    into, each = out.reshape(d, parts, -1), view.shape[0] // parts

    def of(i: int) -> None:
        _outer_copied(dy, view[i * each : (i + 1) * each], into[:, i, :])

    _share(of, list(range(parts)), out.size * n, spread)


def _outer_copied(dy: np.ndarray, view: np.ndarray, out: np.ndarray) -> None:
    """Write the products from a copy of what the taps see, one block of columns at a time."""
    (d, n), rows, straight = dy.shape, out.shape[1], dy.shape[0] >= MANY
    block = max(1, min(n, max(d if straight else 64, power(SEEN // rows))))  # few additions to a large sum
    wide = np.empty((*view.shape[:-1], block + ASIDE), view.dtype)
    total = out if straight else np.empty((rows, d), out.dtype)
    product = np.empty(total.shape, out.dtype)
    if not n:
        out[...] = 0.0
        return
    for first in range(0, n, block):
        size = min(block, n - first)
        wide[..., :size] = view[..., first : first + size]
        its, seen_block = dy[:, first : first + size], wide.reshape(rows, -1)[:, :size]
        where = product if first else total
        np.matmul(its, seen_block.T, out=where) if straight else np.matmul(seen_block, its.T, out=where)
        if first:
            total += product
    if not straight:
        out[...] = total.T
