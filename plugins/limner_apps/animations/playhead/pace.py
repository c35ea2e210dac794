"""The pace of a movie: a playhead whose steps change the picture equally."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from limner_apps.animations.playhead.samples import SampledPath, changes

CORRECTIONS = 4
EVEN = 1.02
"""The ratio of the largest step to the mean step at which no correction is needed."""
DECIMALS = 6
MAX_STEPS = 1_000
"""The largest number of steps of a playhead; further steps lie on straight lines between them."""
NEGLIGIBLE = 1e-9
"""The share of time, relative to the mean, of intervals that change nothing visible but are no pause."""
TINY = 1e-300
"""It keeps the division finite in a part that only rests."""


def even_playhead(path: SampledPath, steps: int, bounds: Sequence[float] = ()) -> tuple[float, ...]:
    """Return the knots of a playhead whose steps change the picture equally.

    Time is shared by the length of the path: the sum of the changes between samples. A step of the movie changes the
    picture by less than that if parts of the picture move to and fro within it, so the steps themselves are compared
    then, and time is shared again by their sizes, a few times; the most even result is chosen.

    A pause of the motion, in which nothing moves, keeps its share of time. A cut takes no time.

    Args:
        path: the trajectory of the motion.
        steps: the number of steps from frame to frame.
        bounds: positions between parts of the motion that keep their share of time, in order; each part is even in
            itself.

    Returns:
        The positions at equal steps of time, from 0 to 1; empty if nothing visible changes.
    """
    lengths = np.where(path.cuts | path.resting, 0.0, path.changes)
    if not lengths.sum() > 0:
        return ()
    times = np.linspace(0.0, 1.0, min(steps, MAX_STEPS) + 1)
    best, best_ratio = path.positions, np.inf
    for clock in _clocks(path, lengths, times, bounds):
        ratio = _unevenness(*_steps(path, clock, times), np.searchsorted(bounds, (times[1:] + times[:-1]) / 2))
        if ratio < best_ratio:
            best, best_ratio = clock, ratio
        if best_ratio < EVEN:
            break
    knots = np.interp(times, best, path.positions)
    knots[[0, -1]] = 0.0, 1.0
    return tuple(np.round(knots, DECIMALS).tolist())


def _clocks(path: SampledPath, lengths: np.ndarray, times: np.ndarray, bounds: Sequence[float]) -> Iterator[np.ndarray]:
    """Yield the time of each sample: in proportion to its position, by the length of the path, and corrected."""
    yield path.positions
    for _ in range(1 + CORRECTIONS):
        clock = _clock(path, lengths, bounds)
        yield clock
        sizes, moving = _steps(path, clock, times)
        if not sizes[moving].any():
            return
        travelled = np.concatenate([[0.0], np.cumsum(np.where(moving, sizes, sizes[moving].mean()))])
        lengths = np.where(path.cuts | path.resting, 0.0, np.diff(np.interp(clock, times, travelled)))


def _unevenness(sizes: np.ndarray, moving: np.ndarray, parts: np.ndarray) -> float:
    """Return the largest step relative to the mean step of its part, of those in which the picture moves."""
    shares = [sizes[moving & (parts == part)] for part in np.unique(parts)]
    return max((float(one.max() / one.mean()) for one in shares if one.any()), default=np.inf)


def _clock(path: SampledPath, lengths: np.ndarray, bounds: Sequence[float]) -> np.ndarray:
    """Return the time of each sample, 0 to 1: parts and pauses last as before, and lengths share the rest."""
    widths = np.diff(path.positions)
    shares = lengths + NEGLIGIBLE * lengths.mean() * ~path.resting
    durations = np.where(path.resting, widths, 0.0)
    parts = np.searchsorted(bounds, (path.positions[1:] + path.positions[:-1]) / 2)
    for part in np.unique(parts):
        inside = parts == part
        rest = widths[inside].sum() - durations[inside].sum()
        durations[inside] += rest * shares[inside] / max(shares[inside].sum(), TINY)
    clock: np.ndarray = np.concatenate([[0.0], np.cumsum(durations)])
    clock /= clock[-1]
    return clock


def _steps(path: SampledPath, clock: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the change in each step of the movie, and whether the picture moves all the time, without a cut."""
    sizes = changes(path.pictures_at(np.interp(times, clock, path.positions)))
    disturbed = np.concatenate([[0.0], np.cumsum(np.diff(clock) * path.resting + path.cuts)])
    return sizes, np.diff(np.interp(times, clock, disturbed)) < 1e-12
