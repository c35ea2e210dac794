"""Interpolation of pictures stored in θ: the values of a raster ``(c, h, w)`` between its pixels.

Positions are in pixels, as on the canvas: pixel j covers j to j + 1, and its centre lies at j + 1/2.

Source: R. Keys, "Cubic convolution interpolation for digital image processing", 1981 (a = -1/2, Catmull and Rom's).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from limner.plugin import Array, namespace

Interpolation: TypeAlias = Literal["nearest", "bilinear", "bicubic"]
Edge: TypeAlias = Literal["clamp", "mirror", "repeat"]


def sample(
    raster: Array, columns: Array, rows: Array, interpolation: Interpolation = "bilinear", edge: Edge = "clamp"
) -> Array:
    """Return the values ``(c, n)`` of a raster ``(c, h, w)`` at n positions, in the dtype of the raster.

    Outside, the outermost pixels continue (``clamp``), or the picture repeats, reversed (``mirror``) or not
    (``repeat``).
    """
    xp = namespace(raster, columns, rows)
    channels, height, width = raster.shape
    across = _taps(columns, width, interpolation, edge)
    down = [(row * width, weight) for row, weight in _taps(rows, height, interpolation, edge)]
    flat = xp.reshape(raster, (channels, height * width))
    places = [[(row + column, share) for column, share in across] for row, _ in down]
    seen = []
    for c in range(channels):
        lines = [_blend([(xp.take(flat[c, :], at), share) for at, share in line]) for line in places]
        seen.append(_blend([(line, share) for line, (_, share) in zip(lines, down, strict=True)]))
    return xp.stack(seen)


def _blend(weighted: list[tuple[Array, Array | float]]) -> Array:
    """Return the weighted sum; a single value is returned unchanged."""
    (total, share), *others = weighted
    if not others:
        return total
    total = total * share
    for value, weight in others:
        total = total + value * weight
    return total


def _taps(position: Array, size: int, interpolation: Interpolation, edge: Edge) -> list[tuple[Array, Array | float]]:
    """Return the pixels along one axis that a position depends on, int64 ``(n,)``, and the weight of each."""
    xp = namespace(position)
    if interpolation == "nearest":
        return [(_inside(xp.astype(xp.floor(position), xp.int64), size, edge), 1.0)]
    low = xp.floor(position - 0.5)
    t = (position - 0.5) - low
    first = xp.astype(low, xp.int64)
    if interpolation == "bilinear":
        weights = [(0, 1.0 - t), (1, t)]
    else:
        s = 1.0 - t
        weights = [
            (-1, -0.5 * t * s * s),
            (0, 1.0 - t * t * (2.5 - 1.5 * t)),
            (1, 1.0 - s * s * (2.5 - 1.5 * s)),
            (2, -0.5 * s * t * t),
        ]
    return [(_inside(first + step, size, edge), weight) for step, weight in weights]


def _inside(index: Array, size: int, edge: Edge) -> Array:
    """Return the pixel that represents one outside, in integers: nothing outside is ever read."""
    xp = namespace(index)
    if edge == "clamp":
        return xp.clip(index, 0, size - 1)
    if edge == "repeat":
        return index % size
    turned = index % (2 * size)
    return xp.minimum(turned, 2 * size - 1 - turned)
