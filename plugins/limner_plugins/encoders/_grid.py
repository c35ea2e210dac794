"""Grids of several resolutions over a picture: the table entries of the corners around a point, and their weights.

Source: T. Müller et al., "Instant neural graphics primitives with a multiresolution hash encoding", 2022, section 3.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from limner.plugin import Array, device, namespace

if TYPE_CHECKING:
    from limner.plugin import Bounds

Interpolation: TypeAlias = Literal["bilinear", "smoothstep", "spline"]

PRIME = 2_654_435_761  # the paper's π₂; its π₁ is 1


class Levels(NamedTuple):
    """The grids, coarsest first, stored one after the other in one table.

    Attributes:
        aspect: width over height of all grids.
        columns: cells along x of each level.
        rows: cells along y of each level.
        starts: index of the first entry of each level.
        strides: factor that the row of a corner is multiplied by, for each level.
        dense: number of levels that have an entry for every corner, the coarsest ones; the others are hashed.
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


@lru_cache(maxsize=64)  # called for every tile
def plan(count: int, coarsest: int, finest: int, aspect: float, hashed: int) -> Levels:
    """Return the grids; cells along the short side: coarsest (finest / coarsest)^(l / (count - 1)) at level l."""
    growth = (finest / coarsest) ** (1 / max(1, count - 1))
    short = [round(coarsest * growth**level) for level in range(count)]
    columns = tuple(round(cells * max(1.0, aspect)) for cells in short)
    rows = tuple(round(cells * max(1.0, 1 / aspect)) for cells in short)
    corners = [(c + 1) * (r + 1) for c, r in zip(columns, rows, strict=True)]
    sizes = [min(n, hashed) for n in corners]
    dense = sum(n <= hashed for n in corners)
    # π₂ is reduced modulo T: the hash is taken modulo T as well, and products stay small.
    strides = (*(c + 1 for c in columns[:dense]), *([PRIME % hashed] * (count - dense)))
    starts = tuple(sum(sizes[:level]) for level in range(count))
    return Levels(aspect, columns, rows, starts, strides, dense, hashed, sum(sizes))


def corners(points: Array, bounds: Bounds, levels: Levels, interpolation: Interpolation) -> tuple[Array, Array]:
    """Return the entries of the corners around points ``(2, n)`` and their weights: ``(k, k, levels, n)``, rows first.

    A corner (x, y) of a dense level has the entry x + (columns + 1) y, of a hashed level (x xor π₂ y) mod T.

    All levels are computed at once: many small array calls would make threads wait for one another.
    """
    xp, d = namespace(points), levels.dense
    floats = {"dtype": points.dtype, "device": device(points)}
    highest = max(stride * (rows + 1) for stride, rows in zip(levels.strides, levels.rows, strict=True))
    whole = {"dtype": xp.int32 if highest + levels.size < 2**31 else xp.int64, "device": device(points)}

    places, ones = _place(points, bounds, levels.aspect)
    at = places[:, None, :] * xp.asarray([[2.0 * n for n in side] for side in levels[1:3]], **floats)[:, :, None]
    last = xp.asarray(levels[1:3], **whole)[:, :, None]
    place, share = _spline(at, ones, last) if interpolation == "spline" else _linear(at, ones, last, interpolation)

    stride, start = (xp.asarray(each, **whole)[:, None] for each in (levels.strides, levels.starts))
    x, y = place[None, :, 0, ...], (place[:, 1, ...] * stride)[:, None, ...]
    parts = []
    if d:
        parts.append(x[:, :, :d, :] + (y[:, :, :d, :] + start[:d, :]))
    if d < len(levels.starts):
        parts.append(((x[:, :, d:, :] ^ y[:, :, d:, :]) & (levels.hashed - 1)) + start[d:, :])
    index = parts[0] if len(parts) == 1 else xp.concat(parts, axis=2)
    return index, share[:, None, 1, ...] * share[None, :, 0, ...]


def _linear(at: Array, ones: Array, last: Array, interpolation: Interpolation) -> tuple[Array, Array]:
    """Return the two corners beside positions ``(2, levels, n)`` and their weights, both ``(2, 2, levels, n)``.

    Weights are linear in the position t within a cell, or in 3t² - 2t³ for ``smoothstep`` (appendix A of the paper).
    """
    xp = namespace(at)
    cell = xp.floor(at)
    t = at - cell
    if interpolation == "smoothstep":
        t = t * t * (3.0 - 2.0 * t)
    step = xp.asarray((0, 1), dtype=last.dtype, device=device(at))[:, None, None, None]
    return xp.astype(cell, last.dtype)[None, ...] + step, xp.stack([ones[:, None, :] - t, t])


def _spline(at: Array, ones: Array, last: Array) -> tuple[Array, Array]:
    """Return the three corners nearest to positions ``(2, levels, n)`` and their weights, both ``(3, 2, levels, n)``.

    The weights are the quadratic B-spline, so the slope is continuous. A corner beyond the last one is its mirror
    image.
    """
    xp = namespace(at)
    nearest = xp.floor(at + 0.5)
    t = at - nearest
    step = xp.asarray((-1, 0, 1), dtype=last.dtype, device=device(at))[:, None, None, None]
    place = last - xp.abs(last - xp.abs(xp.astype(nearest, last.dtype)[None, ...] + step))
    low, high = 0.5 - t, 0.5 + t
    return place, xp.stack([0.5 * low * low, 0.75 * ones[:, None, :] - t * t, 0.5 * high * high])


def _place(points: Array, bounds: Bounds, aspect: float) -> tuple[Array, Array]:
    """Return the positions of points on grids that cover the picture; outside it, positions are mirrored.

    Returns:
        Positions ``(2, n)`` and factors ``(2, n)``. Positions run from 0 at one side to just below 1/2 at the other:
        with this range, the triangle wave that mirrors them needs only one rounding. Factors are 1, or NaN for a
        coordinate that is not finite, so that the features of its point are NaN.
    """
    xp, like = namespace(points), {"dtype": points.dtype, "device": device(points)}
    wide, high = bounds.x1 - bounds.x0, bounds.y1 - bounds.y0
    side = max(wide / aspect, high)
    middle = xp.asarray(((bounds.x0 + bounds.x1) / 2, (bounds.y0 + bounds.y1) / 2), **like)
    scale = xp.asarray((0.5 / (aspect * side), 0.5 / side), **like)
    turns = (points - middle[:, None]) * scale[:, None] + 0.25
    turns = xp.abs(turns - xp.round(turns))
    last = (
        0.5 - float(xp.finfo(points.dtype).eps) / 4
    )  # the largest number below 1/2: no cell starts at the last corner
    return xp.where(turns < last, turns, last), 0.0 * turns + 1.0
