"""Dithering: thresholds that turn the steps between whole levels into a fine grain, the same at each rendering."""

from __future__ import annotations

from functools import cache
from typing import Literal, TypeAlias

import numpy as np

Dither: TypeAlias = Literal["none", "ordered", "blue-noise"]

MASK_SIDE = 64
SIGMA = 1.5  # of the Gaussian with which void-and-cluster finds clusters and voids, in pixels; Ulichney's choice
CHANNEL_SHIFTS = (
    (0, 0),
    (17, 29),
    (41, 11),
    (29, 47),
)  # one per channel: equal patterns would make the lightness grainier


def thresholds(kind: Dither, rows: np.ndarray, columns: np.ndarray, channels: int) -> np.ndarray:
    """Return the numbers to add before levels are rounded down, 0 to 1, ``(channels, rows, columns)``, float32.

    They depend only on the position of a pixel in the whole picture, so that a region has the grain of the whole.
    """
    mask = np.full((1, 1), 0.5) if kind == "none" else ordered() if kind == "ordered" else blue_noise()
    side = len(mask)
    layers = [mask[np.ix_((rows + dy) % side, (columns + dx) % side)] for dy, dx in CHANNEL_SHIFTS[:channels]]
    return np.stack(layers).astype(np.float32)


@cache
def ordered() -> np.ndarray:
    """Return Bayer's 8 x 8 matrix (1973): each threshold once, with neighbours as different as possible."""
    mask = np.zeros((1, 1))
    for _ in range(3):
        mask = np.block([[4 * mask, 4 * mask + 2], [4 * mask + 3, 4 * mask + 1]])
    return (mask + 0.5) / mask.size


@cache
def blue_noise() -> np.ndarray:
    """Return a seamless 64 x 64 mask without low frequencies, by void-and-cluster (Ulichney 1993)."""
    kernel = _kernel()
    ones = _initial_pattern(np.random.default_rng(1993), kernel)
    energy = np.sum([_kernel_at(kernel, place) for place in np.flatnonzero(ones).tolist()], axis=0)
    rank = np.zeros(MASK_SIDE * MASK_SIDE, int)
    remaining, density = ones.copy(), energy.copy()
    for k in reversed(
        range(ones.sum())
    ):  # the ones are the minority: rank them by removing them from the densest places
        place = int(np.where(remaining, density.ravel(), -np.inf).argmax())
        remaining[place] = False
        density -= _kernel_at(kernel, place)
        rank[place] = k
    for k in range(ones.sum(), MASK_SIDE * MASK_SIDE):  # then rank the others by filling the largest voids
        place = int(np.where(ones, np.inf, energy.ravel()).argmin())
        ones[place] = True
        energy += _kernel_at(kernel, place)
        rank[place] = k
    return (rank.reshape(MASK_SIDE, MASK_SIDE) + 0.5) / rank.size


def _kernel() -> np.ndarray:
    """Return a Gaussian on the torus, repeated twice in each direction, so that any shift of it is a slice."""
    distance = np.minimum(np.arange(MASK_SIDE), MASK_SIDE - np.arange(MASK_SIDE))
    row = np.exp(-(distance**2) / (2 * SIGMA**2))
    return np.tile(np.outer(row, row), (2, 2))


def _kernel_at(kernel: np.ndarray, place: int) -> np.ndarray:
    """Return the Gaussian around a place, ``(64, 64)``."""
    y, x = divmod(place, MASK_SIDE)
    return kernel[MASK_SIDE - y : 2 * MASK_SIDE - y, MASK_SIDE - x : 2 * MASK_SIDE - x]


def _initial_pattern(rng: np.random.Generator, kernel: np.ndarray) -> np.ndarray:
    """Return booleans, a tenth of them True, moved from clusters to voids until a move would be undone."""
    ones = np.zeros(MASK_SIDE * MASK_SIDE, bool)
    ones[rng.choice(ones.size, ones.size // 10, replace=False)] = True
    energy = np.sum([_kernel_at(kernel, place) for place in np.flatnonzero(ones).tolist()], axis=0)
    while True:
        cluster = int(np.where(ones, energy.ravel(), -np.inf).argmax())
        ones[cluster] = False
        energy = energy - _kernel_at(kernel, cluster)
        void = int(np.where(ones, np.inf, energy.ravel()).argmin())
        ones[void] = True
        energy = energy + _kernel_at(kernel, void)
        if void == cluster:
            return ones
