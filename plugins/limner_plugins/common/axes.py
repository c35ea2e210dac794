"""Filters and resizing of whole pictures, ``(c, n, h, w)``, as matrix products along their rows and columns.

The matrices are built on the host. Those of small sides are cached whole: every array library is fast at a product
with one. A pixel depends on few others, so on a long side all but a band around the diagonal would be zeros: there
the matrix is built and applied one block of rows at a time, each over the pixels that it uses, and not cached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from limner.plugin import Array, device, from_host, namespace

MAX_CACHED = 16
WHOLE = 512
"""Longest side, in pixels, whose matrix is stored whole: 2 MiB."""
ROWS = 128
"""Rows of a block."""

Block: TypeAlias = Callable[[int, int], tuple[int, np.ndarray]]
"""A function of a range of rows, ``first`` to ``last`` (exclusive). It returns the first pixel that they depend on, and
their part of the matrix from that pixel on: ``(last - first, pixels)``."""


class Along:
    """A matrix ``(new, size)`` along an axis, in blocks of its rows.

    Args:
        new: number of output pixels.
        size: number of input pixels.
        block: function that returns some of the rows.
    """

    def __init__(self, new: int, size: int, block: Block) -> None:
        self.new, self.size, self._block = new, size, block
        self._whole = _still(block(0, new)[1]) if max(new, size) <= WHOLE else None

    def down(self, x: Array) -> Array:
        """Return the product along the columns of pictures ``(c, n, size, w)``: ``(c, n, new, w)``."""
        if self._whole is not None:
            return from_host(self._whole, x) @ x
        out = namespace(x).empty((*x.shape[:2], self.new, x.shape[3]), dtype=x.dtype, device=device(x))
        for first, last, low, part in self._blocks():
            out[..., first:last, :] = from_host(part, x) @ x[..., low : low + part.shape[1], :]
        return out

    def right(self, x: Array) -> Array:
        """Return the product along the rows of pictures ``(c, n, h, size)``: ``(c, n, h, new)``."""
        if self._whole is not None:
            return x @ from_host(self._whole.T, x)
        out = namespace(x).empty((*x.shape[:3], self.new), dtype=x.dtype, device=device(x))
        for first, last, low, part in self._blocks():
            out[..., first:last] = x[..., low : low + part.shape[1]] @ from_host(part.T, x)
        return out

    def _blocks(self) -> Iterator[tuple[int, int, int, np.ndarray]]:
        for first in range(0, self.new, ROWS):
            last = min(first + ROWS, self.new)
            yield first, last, *self._block(first, last)


def across(x: Array, rows: Along, columns: Along) -> Array:
    """Return pictures ``(c, n, h, w)`` times ``(h', h)`` along the columns and ``(w', w)`` along the rows."""
    return rows.down(columns.right(x))


@lru_cache(MAX_CACHED)
def gaussian(size: int, sigma: float, radius: int) -> Along:
    """Return a Gaussian of σ pixels, cut off at a radius, along an axis of ``size`` pixels, ``(size, size)``.

    Pixels are mirrored at the ends, the last one first: ``d c b a | a b c d | d c b a``. The matrix is symmetric, so it
    is its own pullback: a mirrored step from one pixel to another leads back as well.
    """
    steps = np.arange(-radius, radius + 1)
    weights = np.exp(-0.5 * (steps / sigma) ** 2)
    weights /= weights.sum()

    def block(first: int, last: int) -> tuple[int, np.ndarray]:
        low, high = max(0, first - radius), min(size, last + radius)
        out = np.zeros((last - first, high - low))
        for step, weight in zip(steps, weights, strict=True):
            at = reflected(np.arange(first, last) + step, size) - low
            np.add.at(out, (np.arange(last - first), at), weight)
        return low, out

    return Along(size, size, block)


@lru_cache(MAX_CACHED)
def area(size: int, factor: int) -> Along:
    """Return means of blocks of ``factor`` pixels along an axis, ``(⌈size / factor⌉, size)``; the last may be short."""

    def block(first: int, last: int) -> tuple[int, np.ndarray]:
        places = np.arange(first * factor, min(size, last * factor)) // factor
        out = (np.arange(first, last)[:, None] == places).astype(float)
        return first * factor, out / out.sum(axis=1, keepdims=True)

    return Along(-(-size // factor), size, block)


@lru_cache(MAX_CACHED)
def linear(size: int, new: int) -> Along:
    """Return linear interpolation from ``size`` to ``new`` pixels along an axis, ``(new, size)``; ends are extended."""

    def block(first: int, last: int) -> tuple[int, np.ndarray]:
        places = (np.arange(first, last) + 0.5) * (size / new) - 0.5
        low, high = (0, size) if last - first == new else (max(0, int(places[0])), min(size, int(places[-1]) + 2))
        return low, tents(places - low, high - low, "clamp")

    return Along(new, size, block)


@lru_cache(MAX_CACHED)
def nearest(size: int, factor: int, new: int) -> Along:
    """Return each pixel repeated ``factor`` times along an axis, cut off at ``new``, ``(new, size)``."""

    def block(first: int, last: int) -> tuple[int, np.ndarray]:
        low, high = (0, size) if last - first == new else (first // factor, min(size, -(-last // factor)))
        return low, (np.arange(first, last)[:, None] // factor == np.arange(low, high)).astype(float)

    return Along(new, size, block)


def tents(places: np.ndarray, size: int, edge: str) -> np.ndarray:
    """Return linear interpolation of ``size`` pixels, ``(len(places), size)``; ``edge`` is clamp or reflect."""
    low = np.floor(places)
    out = np.zeros((len(places), size))
    for step, weight in ((0, 1 - (places - low)), (1, places - low)):
        at = low.astype(int) + step
        at = np.clip(at, 0, size - 1) if edge == "clamp" else reflected(at, size)
        np.add.at(out, (np.arange(len(places)), at), weight)
    return out


def reflected(places: np.ndarray, size: int) -> np.ndarray:
    """Return whole positions anywhere on a mirrored axis as pixel indices, 0 to size - 1."""
    turned: np.ndarray = places % (2 * size)
    return np.asarray(np.minimum(turned, 2 * size - 1 - turned))


def _still(matrix: np.ndarray) -> np.ndarray:
    matrix.setflags(write=False)
    return matrix
