"""Grids of several resolutions over a picture: where in one table the corners around a point lie, and their weights.

Source: T. Müller et al., "Instant neural graphics primitives with a multiresolution hash encoding", 2022, section 3.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from limner.plugin import Array, device, namespace

if TYPE_CHECKING:
    from limner.plugin import Bounds

PRIME = 2_654_435_761  # the paper's π₂; π₁ is 1


class Levels(NamedTuple):
    """The grids, coarsest first, as they lie in the table one after the other.

    Attributes:
        cells: along x and y, of each level.
        entries: where each level begins in the table, and at last where the table ends.
        dense: how many levels, the first so many, have an entry for every corner; the others are hashed.
        hashed: the entries of a hashed level, a power of two.
    """

    cells: tuple[tuple[int, int], ...]
    entries: tuple[int, ...]
    dense: int
    hashed: int


@lru_cache(maxsize=64)  # asked for every tile
def plan(count: int, coarsest: int, finest: int, aspect: float, table: int) -> Levels:
    """Cells along the short side grow geometrically, N coarsest (finest / coarsest)^(l / (count - 1)), rounded."""
    growth = (finest / coarsest) ** (1 / max(1, count - 1))
    cells, entries, dense = [], [0], 0
    for level in range(count):
        short = round(coarsest * growth**level)
        columns, rows = round(short * max(1.0, aspect)), round(short * max(1.0, 1 / aspect))
        corners = (columns + 1) * (rows + 1)
        dense += corners <= table
        cells.append((columns, rows))
        entries.append(entries[-1] + min(corners, table))
    return Levels(tuple(cells), tuple(entries), dense, table)


def place(points: Array, bounds: Bounds, aspect: float) -> Array:
    """Where points ``(2, n)`` lie on a grid of an aspect that covers the picture: 0 to 1/2 (exclusive) along each side.

    Beyond the grid lies its mirror image, and so on. Halves, for then a triangle wave takes a rounding and no more.
    """
    xp, like = namespace(points), {"dtype": points.dtype, "device": device(points)}
    wide, high = bounds.x1 - bounds.x0, bounds.y1 - bounds.y0
    side = max(wide / aspect, high)
    scale, middle = ((0.5 / (aspect * side),), (0.5 / side,)), ((bounds.x0 + bounds.x1,), (bounds.y0 + bounds.y1,))
    turns = (points - 0.5 * xp.asarray(middle, **like)) * xp.asarray(scale, **like) + 0.25
    turns = xp.abs(turns - xp.round(turns))
    return xp.minimum(turns, 0.5 - float(xp.finfo(points.dtype).eps) / 4)  # the last number before the last corner


def corners(places: Array, levels: Levels, *, smooth: bool) -> tuple[Array, Array]:
    """The entries, integers, and the weights of the corners above, below, left and right: ``(2, 2, levels, n)`` both.

    A corner (x, y) of a dense level has the entry x + (columns + 1) y, one of a hashed level (x xor π₂ y) mod T.
    Weights are bilinear in the place t within a cell, or in 3t² - 2t³ where it is smooth (appendix A of the paper).

    All levels at once: there are few, large calls, which threads can share the interpreter for.
    """
    xp = namespace(places)
    d, table, starts = levels.dense, levels.hashed, levels.entries[:-1]
    strides = [columns + 1 if i < d else PRIME % table for i, (columns, _) in enumerate(levels.cells)]
    # As the remainder is all that is asked for, π₂ may be one too. Half the bytes where nothing overflows.
    small = max(s * (rows + 1) for s, (_, rows) in zip(strides, levels.cells, strict=True)) < 2**31
    like = {"dtype": xp.int32 if small else xp.int64, "device": device(places)}
    stride, start = (xp.asarray(column, **like)[:, None] for column in (strides, starts))
    step = xp.asarray((0, 1), **like)[:, None, None]

    sides = xp.asarray(levels.cells, dtype=places.dtype, device=device(places)).T[:, :, None]
    at = places[:, None, :] * (2.0 * sides)
    cell = xp.floor(at)
    t = at - cell
    if smooth:
        t = t * t * (3.0 - 2.0 * t)
    cell = xp.astype(cell, like["dtype"])
    x, y = (cell[0, ...] + step)[None, ...], ((cell[1, ...] + step) * stride)[:, None, ...]
    plain = x[:, :, :d, :] + (y[:, :, :d, :] + start[:d, :])
    mixed = ((x[:, :, d:, :] ^ y[:, :, d:, :]) & (table - 1)) + start[d:, :]
    index = plain if d == len(starts) else mixed if d == 0 else xp.concat([plain, mixed], axis=2)
    share = xp.stack([1.0 - t, t])
    return index, share[:, None, 1, ...] * share[None, :, 0, ...]
