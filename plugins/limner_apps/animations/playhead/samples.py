"""Samples of a trajectory: small pictures of it, closer together where it is fast."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

Pictures: TypeAlias = Callable[[Sequence[float]], Iterable[np.ndarray]]
"""Returns the picture at each position, as levels ``(n,)``."""

SAMPLES_PER_STEP = 2
MIN_SAMPLES = 64
MAX_SAMPLES = 1024
"""The largest number of samples before refinement. A longer movie is sampled less often than each frame."""
MAX_SPLITS = 5
"""How often the interval between two samples is halved. A change that is still too large then is a cut."""


@dataclass(frozen=True)
class SampledPath:
    """A trajectory in samples.

    Attributes:
        positions: ``(m,)``, increasing, from 0 to 1.
        pictures: ``(m, n)``, the picture at each position.
        resting: ``(m - 1,)``, whether nothing moves in each interval.
        cuts: ``(m - 1,)``, whether the picture jumps in each interval.
    """

    positions: np.ndarray
    pictures: np.ndarray
    resting: np.ndarray
    cuts: np.ndarray

    @cached_property
    def changes(self) -> np.ndarray:
        """The change of the picture in each interval, ``(m - 1,)``."""
        return changes(self.pictures)

    def pictures_at(self, positions: np.ndarray) -> Iterable[np.ndarray]:
        """Yield the picture at each position, ``(n,)``, by linear interpolation between samples."""
        left = np.clip(np.searchsorted(self.positions, positions, side="right") - 1, 0, len(self.positions) - 2)
        fraction = (positions - self.positions[left]) / (self.positions[left + 1] - self.positions[left])
        for k, f in zip(left, fraction, strict=True):
            yield (1 - f) * self.pictures[k] + f * self.pictures[k + 1]


def changes(pictures: Iterable[np.ndarray]) -> np.ndarray:
    """Return how much each picture differs from the one before: the mean absolute difference of their levels.

    Levels of sRGB are roughly uniform in lightness as it is perceived, so equal differences look about equally large.
    """
    out, before = [], None
    for picture in pictures:
        after = picture.astype(np.float32)
        if before is not None:
            out.append(float(np.mean(np.abs(after - before))))
        before = after
    return np.array(out)


def sample(pictures: Pictures, is_resting: Callable[[float, float], bool], steps: int) -> SampledPath:
    """Return a trajectory in samples: a few for each step of the movie, and more where a step would be too large.

    Args:
        pictures: renders the picture at each of some positions.
        is_resting: whether the movie shows the same at two positions. It is asked only if their pictures are equal.
        steps: the number of steps from frame to frame.
    """
    count = min(max(SAMPLES_PER_STEP * steps, MIN_SAMPLES), MAX_SAMPLES)
    positions = np.linspace(0.0, 1.0, count + 1)
    shown = np.stack(list(pictures(positions.tolist())))
    splits = np.zeros(count, dtype=int)
    sizes = changes(shown)
    for _ in range(MAX_SPLITS):
        wide = np.flatnonzero((sizes > sizes.sum() / steps) & (splits < MAX_SPLITS))
        if not len(wide):
            break
        middles = (positions[wide] + positions[wide + 1]) / 2
        between = np.stack(list(pictures(middles.tolist())))
        positions = np.insert(positions, wide + 1, middles)
        shown = np.insert(shown, wide + 1, between, axis=0)
        splits[wide] += 1
        splits = np.insert(splits, wide + 1, splits[wide])
        sizes = changes(shown)
    cuts = (splits == MAX_SPLITS) & (sizes > sizes.sum() / steps)
    resting = [
        size == 0 and is_resting(float(a), float(b))
        for size, a, b in zip(sizes, positions[:-1], positions[1:], strict=True)
    ]
    return SampledPath(positions, shown, np.array(resting), cuts)
