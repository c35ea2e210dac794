"""Grids of several resolutions over a picture: where in one table the corners around a point lie, and their weights.

Source: T. Müller et al., "Instant neural graphics primitives with a multiresolution hash encoding", 2022, section 3.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from limner.plugin import Array, device, namespace

if TYPE_CHECKING:
    from limner.plugin import Bounds

PRIME = 2_654_435_761  # the paper's π₂; its π₁ is 1


class Levels(NamedTuple):
    """The grids, coarsest first, as they lie in the table one after the other.

    Attributes:
        aspect: of all of them, width over height.
        columns: cells along x, of each level.
        rows: cells along y.
        starts: where the level begins in the table.
        strides: what the row of a corner is multiplied by.
        dense: how many levels, the first so many, have an entry for every corner; the others are hashed.
        hashed: entries of a hashed level, T, a power of two.
        size: entries of the table.
    """

    aspect: float
    columns: tuple[int, ...]
    rows: tuple[int, ...]
    starts: tuple[int, ...]
    strides: tuple[int, ...]
    dense: int
    hashed: int
    size: int


@lru_cache(maxsize=64)  # it is asked for at every tile
def plan(count: int, coarsest: int, finest: int, aspect: float, hashed: int) -> Levels:
    """The grids: cells along the short side grow geometrically, coarsest (finest / coarsest)^(l / (count - 1))."""
    growth = (finest / coarsest) ** (1 / max(1, count - 1))
    short = [round(coarsest * growth**level) for level in range(count)]
    columns = tuple(round(cells * max(1.0, aspect)) for cells in short)
    rows = tuple(round(cells * max(1.0, 1 / aspect)) for cells in short)
    corners = [(c + 1) * (r + 1) for c, r in zip(columns, rows, strict=True)]
    sizes = [min(n, hashed) for n in corners]
    dense = sum(n <= hashed for n in corners)
    # The remainder of π₂ stands for it: the hash is a remainder too, and products stay small.
    strides = (*(c + 1 for c in columns[:dense]), *([PRIME % hashed] * (count - dense)))
    starts = tuple(sum(sizes[:level]) for level in range(count))
    return Levels(aspect, columns, rows, starts, strides, dense, hashed, sum(sizes))


def corners(points: Array, bounds: Bounds, levels: Levels, *, smooth: bool) -> tuple[Array, Array]:
    """The entries of the corners around points ``(2, n)`` and their weights: ``(2, 2, levels, n)``, rows first.

    A corner (x, y) of a dense level has the entry x + (columns + 1) y, one of a hashed level (x xor π₂ y) mod T.
    Weights are bilinear in the place t within a cell, or in 3t² - 2t³ where it is smooth (appendix A of the paper).

    All levels at once: threads wait for one another where calls are many and small.
    """
    xp, d = namespace(points), levels.dense
    floats = {"dtype": points.dtype, "device": device(points)}
    highest = max(stride * (rows + 1) for stride, rows in zip(levels.strides, levels.rows, strict=True))
    whole = {"dtype": xp.int32 if highest + levels.size < 2**31 else xp.int64, "device": device(points)}

    places, ones = _place(points, bounds, levels.aspect)
    at = places[:, None, :] * xp.asarray([[2.0 * n for n in side] for side in levels[1:3]], **floats)[:, :, None]
    cell = xp.floor(at)
    t = at - cell
    if smooth:
        t = t * t * (3.0 - 2.0 * t)
    share = xp.stack([ones[:, None, :] - t, t])

    cell = xp.astype(cell, whole["dtype"])
    step = xp.asarray((0, 1), **whole)[:, None, None]
    stride, start = (xp.asarray(each, **whole)[:, None] for each in (levels.strides, levels.starts))
    x, y = (cell[0, ...] + step)[None, ...], ((cell[1, ...] + step) * stride)[:, None, ...]
    parts = []
    if d:
        parts.append(x[:, :, :d, :] + (y[:, :, :d, :] + start[:d, :]))
    if d < len(levels.starts):
        parts.append(((x[:, :, d:, :] ^ y[:, :, d:, :]) & (levels.hashed - 1)) + start[d:, :])
    index = parts[0] if len(parts) == 1 else xp.concat(parts, axis=2)
    return index, share[:, None, 1, ...] * share[None, :, 0, ...]


def _place(points: Array, bounds: Bounds, aspect: float) -> tuple[Array, Array]:
    """Where points lie on grids of an aspect that cover the picture; beyond them lies their mirror image, and so on.

    Returns:
        0 to 1/2 (exclusive) from side to side, ``(2, n)``: halves, for then a triangle wave takes a rounding and no
        more; and a 1 for each, but NaN for a point that is lost, so that its features are.
    """
    xp, like = namespace(points), {"dtype": points.dtype, "device": device(points)}
    wide, high = bounds.x1 - bounds.x0, bounds.y1 - bounds.y0
    side = max(wide / aspect, high)
    middle = xp.asarray(((bounds.x0 + bounds.x1) / 2, (bounds.y0 + bounds.y1) / 2), **like)
    scale = xp.asarray((0.5 / (aspect * side), 0.5 / side), **like)
    turns = (points - middle[:, None]) * scale[:, None] + 0.25
    turns = xp.abs(turns - xp.round(turns))
    last = 0.5 - float(xp.finfo(points.dtype).eps) / 4  # the number before a half: the last corner begins no cell
    return xp.where(turns < last, turns, last), 0.0 * turns + 1.0
