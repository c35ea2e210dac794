"""How far two sets of pictures are apart, where no picture of the one belongs to any of the other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from limner.utils.seeding import child_rng

PATCH_SIDE, PATCHES_PER_LEVEL = 7, 64
"""Pixels of a patch's side, and patches of each level of a picture."""
MIN_LEVEL_SIDE = 16
"""Pixels of the coarsest level's shorter side, at least."""
NUM_DIRECTIONS = 128
MIN_PICTURES, MAX_PICTURES = 32, 128
"""Pictures of a set: with fewer, chance is most of what is measured; more are not looked at."""


class SetDistance(NamedTuple):
    """How far made pictures are from real ones, and how far as many other real ones are from these: none are nearer."""

    generated: float
    real: float


class PatchCollector:
    """Is shown pictures ``(h, w, 3)`` of one size, one by one, and keeps patches of each at every level.

    The levels are those of a Laplacian pyramid: details of one size each, and what is left of the picture. Patches are
    cut at the same places of all pictures, so that their order is of no account.
    """

    def __init__(self) -> None:
        self._patches: list[list[np.ndarray]] = []

    def add(self, *pictures: np.ndarray) -> None:
        """Some more."""
        for picture in pictures:
            own = [_cut_patches(level, i) for i, level in enumerate(laplacian_pyramid(picture.astype(np.float32)))]
            self._patches = self._patches or [[] for _ in own]
            for patches, more in zip(self._patches, own, strict=True):
                patches.append(more)

    @property
    def levels(self) -> list[np.ndarray]:
        """All patches of each level, the finest first: ``(patches, pixels, 3)``."""
        return [np.concatenate(patches) for patches in self._patches]


def set_distance(made: PatchCollector, real: PatchCollector) -> float:
    """The sliced Wasserstein distance of two sets of as many pictures: the mean over the levels.

    Colours are measured in the real set's spread at each level, from its mean: so paler ones are farther, too. 0 for
    the same pictures in any order; the same pictures always have the same distance.

    Source: T. Karras et al., "Progressive growing of GANs for improved quality, stability, and variation", 2018, who
    measure each set in its own spread.
    """
    each = []
    for i, (a, b) in enumerate(zip(made.levels, real.levels, strict=True)):
        mean, spread = b.mean(axis=(0, 1)), b.std(axis=(0, 1))
        a, b = (((x - mean) / np.where(spread > 0, spread, 1.0)).reshape(len(x), -1) for x in (a, b))
        drawn = child_rng(0, "directions", i).standard_normal((a.shape[1], NUM_DIRECTIONS))
        each.append(sliced_distance(a, b, (drawn / np.linalg.norm(drawn, axis=0)).astype(np.float32)))
    return float(np.mean(each))


def sliced_distance(a: np.ndarray, b: np.ndarray, directions: np.ndarray) -> float:
    """The mean over directions ``(d, m)`` of the Wasserstein distance of points ``(n, d)`` and as many others along it.

    On a line it is the mean distance of points that have the same place in the order.
    """
    return float(np.abs(np.sort(a @ directions, axis=0) - np.sort(b @ directions, axis=0)).mean())


def laplacian_pyramid(picture: np.ndarray) -> list[np.ndarray]:
    """A picture ``(h, w, c)`` as a Laplacian pyramid: what each halving loses, the finest first, and what is left.

    Source: P. Burt and E. Adelson, "The Laplacian pyramid as a compact image code", 1983.
    """
    out = []
    while min(picture.shape[:2]) >= 2 * MIN_LEVEL_SIDE:
        low = _halved(_halved(picture, 0), 1)
        out.append(picture - _doubled(_doubled(low, 0, picture.shape[0]), 1, picture.shape[1]))
        picture = low
    return [*out, picture]


def _halved(picture: np.ndarray, axis: int) -> np.ndarray:
    """Every other pixel along an axis, each a mean of five by 1 4 6 4 1; edges are mirrored."""
    x = np.moveaxis(picture, axis, 0)
    n, x = len(x), np.pad(x, ((2, 2), (0, 0), (0, 0)), mode="reflect")
    mean = (x[:n] + x[4 : n + 4] + 4 * (x[1 : n + 1] + x[3 : n + 3]) + 6 * x[2 : n + 2]) / 16
    return np.moveaxis(mean[::2], 0, axis)


def _doubled(picture: np.ndarray, axis: int, length: int) -> np.ndarray:
    """Twice the pixels, or one less, by the same weights; edges are repeated."""
    x = np.pad(np.moveaxis(picture, axis, 0), ((1, 1), (0, 0), (0, 0)), mode="edge")
    out = np.empty((2 * (len(x) - 2), *x.shape[1:]), x.dtype)
    out[::2] = (x[:-2] + 6 * x[1:-1] + x[2:]) / 8
    out[1::2] = (x[1:-1] + x[2:]) / 2
    return np.moveaxis(out[:length], 0, axis)


def _cut_patches(level: np.ndarray, number: int) -> np.ndarray:
    """Patches ``(patches, pixels, 3)`` at places that follow from the level's number and size alone."""
    side = min(PATCH_SIDE, *level.shape[:2])
    windows = np.lib.stride_tricks.sliding_window_view(level, (side, side), axis=(0, 1))
    high, wide = windows.shape[:2]
    places = child_rng(0, "patches", number).permutation(high * wide)[:PATCHES_PER_LEVEL]
    return np.ascontiguousarray(windows[places // wide, places % wide].reshape(len(places), 3, -1).swapaxes(1, 2))
