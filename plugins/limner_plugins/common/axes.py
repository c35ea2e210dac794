"""Whole pictures, ``(c, n, h, w)``, filtered or resized along their rows and columns, by one small matrix for each.

The matrices are made on the host, and kept. One applied is a product that every array library is quick at; its
transpose is its pullback.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from limner.plugin import Array, from_host

KEPT = 64


def across(x: Array, rows: np.ndarray, columns: np.ndarray) -> Array:
    """Pictures ``(c, n, h, w)`` with a matrix ``(h', h)`` down their columns and one ``(w', w)`` along their rows."""
    return from_host(rows, x) @ (x @ from_host(columns.T, x))


@lru_cache(KEPT)
def gaussian(size: int, sigma: float, radius: int) -> np.ndarray:
    """A Gaussian of σ pixels, cut off at a radius, along an axis of so many pixels, ``(size, size)``.

    Beyond the ends the pixels come again, the last one first: ``d c b a | a b c d | d c b a``.
    """
    steps = np.arange(-radius, radius + 1)
    weights = np.exp(-0.5 * (steps / sigma) ** 2)
    out = np.zeros((size, size))
    for step, weight in zip(steps, weights / weights.sum(), strict=True):
        np.add.at(out, (np.arange(size), reflected(np.arange(size) + step, size)), weight)
    return _still(out)


@lru_cache(KEPT)
def area(size: int, factor: int) -> np.ndarray:
    """Means of blocks of so many pixels along an axis, ``(⌈size / factor⌉, size)``; the last may be shorter."""
    places = np.arange(size) // factor
    out = (np.arange(-(-size // factor))[:, None] == places).astype(float)
    return _still(out / out.sum(axis=1, keepdims=True))


@lru_cache(KEPT)
def linear(size: int, new: int) -> np.ndarray:
    """Linear interpolation from so many pixels to others along an axis, ``(new, size)``; the ends go on."""
    return _still(tents((np.arange(new) + 0.5) * (size / new) - 0.5, size, "clamp"))


@lru_cache(KEPT)
def nearest(size: int, factor: int, new: int) -> np.ndarray:
    """Each pixel so many times along an axis, cut off at ``new``, ``(new, size)``."""
    return _still((np.arange(new)[:, None] // factor == np.arange(size)).astype(float))


def tents(places: np.ndarray, size: int, edge: str) -> np.ndarray:
    """Linear interpolation between ``size`` pixels at places, ``(len(places), size)``; the edge is clamp or reflect."""
    low = np.floor(places)
    out = np.zeros((len(places), size))
    for step, weight in ((0, 1 - (places - low)), (1, places - low)):
        at = low.astype(int) + step
        at = np.clip(at, 0, size - 1) if edge == "clamp" else reflected(at, size)
        np.add.at(out, (np.arange(len(places)), at), weight)
    return out


def reflected(places: np.ndarray, size: int) -> np.ndarray:
    """Whole places anywhere on an axis as those of the pixels, 0 to size - 1, that stand there."""
    turned: np.ndarray = places % (2 * size)
    return np.asarray(np.minimum(turned, 2 * size - 1 - turned))


def _still(matrix: np.ndarray) -> np.ndarray:
    matrix.setflags(write=False)
    return matrix
