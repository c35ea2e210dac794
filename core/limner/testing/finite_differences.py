"""Finite differences in float64, the reference for gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

STEP = 1e-6
MAX_ENTRIES = 400  # entries to test; evenly spaced in a larger array


def slopes(
    function: Callable[[np.ndarray], float], at: np.ndarray, entries: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the left and right slopes of a scalar function with respect to some entries of ``at`` (flat indices).

    The two differ where the function has a kink; there any value between them is a valid gradient.
    """
    base = function(at)
    left, right = [], []
    for i in entries:
        step = STEP * max(1.0, abs(float(at.flat[i])))
        moved = at.copy()
        moved.flat[i] += step
        right.append((function(moved) - base) / step)
        moved.flat[i] = at.flat[i] - step
        left.append((base - function(moved)) / step)
    return np.asarray(left), np.asarray(right)


def worst_slope(
    function: Callable[[np.ndarray], float],
    at: np.ndarray,
    gradient: np.ndarray,
    entries: Sequence[int],
    max_entries: int = MAX_ENTRIES,
) -> tuple[int, float, float] | None:
    """Return the entry where ``gradient`` differs most from finite differences: its index, its value and the slope.

    Return None if all entries agree, to within 1e-5 of the largest slope or between the two slopes of a kink.
    """
    entries = sample_evenly(entries, max_entries)
    if not entries:
        return None
    return worst_entry(*slopes(function, at, entries), gradient, entries)


def worst_entry(
    left: np.ndarray, right: np.ndarray, gradient: np.ndarray, entries: Sequence[int]
) -> tuple[int, float, float] | None:
    """Return the entry where ``gradient`` differs most from the given left and right slopes, like ``worst_slope``."""
    values = np.asarray(gradient, dtype=np.float64).ravel()[list(entries)]
    low, high = np.minimum(left, right), np.maximum(left, right)
    tolerance = 1e-5 * max(1.0, float(np.abs(low).max()), float(np.abs(high).max()))
    error = np.maximum(np.maximum(low - values, values - high), 0.0)
    error[~np.isfinite(values)] = np.inf
    worst = int(np.argmax(error))
    if error[worst] <= tolerance:
        return None
    return int(entries[worst]), float(values[worst]), float((left[worst] + right[worst]) / 2)


def sample_evenly(entries: Sequence[int], max_entries: int = MAX_ENTRIES) -> Sequence[int]:
    """Return all entries, or ``max_entries`` evenly spaced entries if there are more."""
    if len(entries) <= max_entries:
        return entries
    return [entries[i] for i in np.linspace(0, len(entries) - 1, max_entries).astype(int)]
