"""The distance between two sets of pictures, without pairs of pictures that belong together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from limner.utils.seeding import child_rng

PATCH_SIDE, PATCHES_PER_LEVEL = 7, 64
"""Pixels along the side of a patch, and patches per level of a picture."""
MIN_LEVEL_SIDE = 16
"""The smallest allowed shorter side of the coarsest level, in pixels."""
NUM_DIRECTIONS = 128
MIN_PICTURES, MAX_PICTURES = 32, 128
"""The number of pictures in a set: with fewer, the distance is mostly chance; more are ignored."""


class SetDistance(NamedTuple):
    """Distances from a set of real pictures.

    Attributes:
        generated: the distance of generated pictures.
        real: the distance of equally many other real pictures, the best possible value.
    """

    generated: float
    real: float


class PatchCollector:
    """Collects patches of pictures ``(h, w, 3)`` of one size at each level of a Laplacian pyramid.

    Each level has details of one size; the last is the remaining small picture. Patches are from the same positions in
    all pictures, so the order of the pictures does not matter.
    """

    def __init__(self) -> None:
        self._patches: list[list[np.ndarray]] = []

    def add(self, *pictures: np.ndarray) -> None:
        """Add the patches of some pictures."""
        for picture in pictures:
            by_level = [_cut_patches(level, i) for i, level in enumerate(laplacian_pyramid(picture.astype(np.float32)))]
            self._patches = self._patches or [[] for _ in by_level]
            for patches, more in zip(self._patches, by_level, strict=True):
                patches.append(more)

    @property
    def levels(self) -> list[np.ndarray]:
        """All patches of each level, ``(patches, pixels, 3)``, the finest level first."""
        return [np.concatenate(patches) for patches in self._patches]


def set_distance(generated: PatchCollector, real: PatchCollector) -> float:
    """Return the sliced Wasserstein distance of two sets of equally many pictures, averaged over the levels.

    At each level, both sets are normalised with the mean and standard deviation of the real set, so that generated
    pictures that are too pale have a larger distance. The distance is 0 for the same pictures in any order, and
    deterministic.

    Source: T. Karras et al., "Progressive growing of GANs for improved quality, stability, and variation", 2018, who
    normalise each set by itself.
    """
    by_level = []
    for i, (a, b) in enumerate(zip(generated.levels, real.levels, strict=True)):
        mean, spread = b.mean(axis=(0, 1)), b.std(axis=(0, 1))
        a, b = (((x - mean) / np.where(spread > 0, spread, 1.0)).reshape(len(x), -1) for x in (a, b))
        normals = child_rng(0, "directions", i).standard_normal((a.shape[1], NUM_DIRECTIONS))
        by_level.append(sliced_distance(a, b, (normals / np.linalg.norm(normals, axis=0)).astype(np.float32)))
    return float(np.mean(by_level))


def sliced_distance(a: np.ndarray, b: np.ndarray, directions: np.ndarray) -> float:
    """Return the Wasserstein distance of two sets of points ``(n, d)``, averaged over m directions ``(d, m)``.

    In one dimension, it is the mean distance between points of the same rank.
    """
    return float(np.abs(np.sort(a @ directions, axis=0) - np.sort(b @ directions, axis=0)).mean())


def laplacian_pyramid(picture: np.ndarray) -> list[np.ndarray]:
    """Return the Laplacian pyramid of a picture ``(h, w, c)``: what each halving loses, finest first, and the rest.

    Source: P. Burt and E. Adelson, "The Laplacian pyramid as a compact image code", 1983.
    """
    out = []
    while min(picture.shape[:2]) >= 2 * MIN_LEVEL_SIDE:
        low = _halved(_halved(picture, 0), 1)
        out.append(picture - _doubled(_doubled(low, 0, picture.shape[0]), 1, picture.shape[1]))
        picture = low
    return [*out, picture]


def _halved(picture: np.ndarray, axis: int) -> np.ndarray:
    """Return every other pixel along an axis, after a filter with weights 1 4 6 4 1; edges are mirrored."""
    x = np.moveaxis(picture, axis, 0)
    n, x = len(x), np.pad(x, ((2, 2), (0, 0), (0, 0)), mode="reflect")
    mean = (x[:n] + x[4 : n + 4] + 4 * (x[1 : n + 1] + x[3 : n + 3]) + 6 * x[2 : n + 2]) / 16
    return np.moveaxis(mean[::2], 0, axis)


def _doubled(picture: np.ndarray, axis: int, length: int) -> np.ndarray:
    """Return ``length`` pixels along an axis, interpolated with the same weights; edges are repeated."""
    x = np.pad(np.moveaxis(picture, axis, 0), ((1, 1), (0, 0), (0, 0)), mode="edge")
    out = np.empty((2 * (len(x) - 2), *x.shape[1:]), x.dtype)
    out[::2] = (x[:-2] + 6 * x[1:-1] + x[2:]) / 8
    out[1::2] = (x[1:-1] + x[2:]) / 2
    return np.moveaxis(out[:length], 0, axis)


def _cut_patches(level: np.ndarray, number: int) -> np.ndarray:
    """Return patches ``(patches, pixels, 3)``; their positions follow from the number and size of the level."""
    side = min(PATCH_SIDE, *level.shape[:2])
    windows = np.lib.stride_tricks.sliding_window_view(level, (side, side), axis=(0, 1))
    rows, columns = windows.shape[:2]
    places = child_rng(0, "patches", number).permutation(rows * columns)[:PATCHES_PER_LEVEL]
    return np.ascontiguousarray(windows[places // columns, places % columns].reshape(len(places), 3, -1).swapaxes(1, 2))
