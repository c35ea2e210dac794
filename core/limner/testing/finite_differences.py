"""The oracle for gradients: finite differences in float64."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

STEP = 1e-6
MAX_ENTRIES = 400  # entries that are tried one by one; of more, as many spread over all of them


def slopes(
    function: Callable[[np.ndarray], float], at: np.ndarray, entries: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the slopes of a scalar function by some entries of ``at`` (flat), from the left and from the right.

    They are two where the function has a kink; any value between them is a gradient there.
    """
    here = function(at)
    left, right = [], []
    for i in entries:
        step = STEP * max(1.0, abs(float(at.flat[i])))
        moved = at.copy()
        moved.flat[i] += step
        right.append((function(moved) - here) / step)
        moved.flat[i] = at.flat[i] - step
        left.append((here - function(moved)) / step)
    return np.asarray(left), np.asarray(right)


def worst_slope(
    function: Callable[[np.ndarray], float],
    at: np.ndarray,
    gradient: np.ndarray,
    entries: Sequence[int],
    max_entries: int = MAX_ENTRIES,
) -> tuple[int, float, float] | None:
    """Return the entry where ``gradient`` is farthest from finite differences: its place, its value, the measured one.

    None where all agree: within 1e-5 of the largest slope, or between the two slopes of a kink.
    """
    entries = sample_evenly(entries, max_entries)
    if not entries:
        return None
    return worst_entry(*slopes(function, at, entries), gradient, entries)


def worst_entry(
    left: np.ndarray, right: np.ndarray, gradient: np.ndarray, entries: Sequence[int]
) -> tuple[int, float, float] | None:
    """Return the entry where ``gradient`` is farthest from slopes on both sides, as ``worst_slope`` does."""
    said = np.asarray(gradient, dtype=np.float64).ravel()[list(entries)]
    low, high = np.minimum(left, right), np.maximum(left, right)
    slack = 1e-5 * max(1.0, float(np.abs(low).max()), float(np.abs(high).max()))
    miss = np.maximum(np.maximum(low - said, said - high), 0.0)
    miss[~np.isfinite(said)] = np.inf
    worst = int(np.argmax(miss))
    if miss[worst] <= slack:
        return None
    return int(entries[worst]), float(said[worst]), float((left[worst] + right[worst]) / 2)


def sample_evenly(entries: Sequence[int], max_entries: int = MAX_ENTRIES) -> Sequence[int]:
    """The entries, or some evenly among them where they are many."""
    if len(entries) <= max_entries:
        return entries
    return [entries[i] for i in np.linspace(0, len(entries) - 1, max_entries).astype(int)]
