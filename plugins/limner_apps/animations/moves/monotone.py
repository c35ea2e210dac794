"""The monotone cubic curve through points: it has no corner, and between two points it goes beyond neither.

Sources: F. N. Fritsch and J. Butland, "A method for constructing local monotone piecewise cubic interpolants", 1984;
for the slopes at the ends C. Moler, "Numerical Computing with Matlab", 2004.
"""

from __future__ import annotations

import numpy as np


def monotone_slopes(rows: np.ndarray, *, closed: bool) -> np.ndarray:
    """Return the slopes of the curve at its points, ``(n, d)``, per step from point to point.

    Args:
        rows: the points, ``(n, d)``, at least three.
        closed: whether the last point continues at the first, so that both have the same slope.
    """
    steps = np.diff(rows, axis=0)
    if closed:
        steps = np.concatenate([steps[-1:], steps, steps[:1]])
    before, after = steps[:-1], steps[1:]
    turns = before * after <= 0
    inner = np.where(turns, 0.0, 2 * before * after / np.where(turns, 1.0, before + after))
    return inner if closed else np.concatenate([[_end(*steps[:2])], inner, [_end(*steps[:-3:-1])]])


def _end(step: np.ndarray, following: np.ndarray) -> np.ndarray:
    """Return the slope at an end, from the two steps next to it."""
    slope = (3 * step - following) / 2
    slope = np.where(slope * step <= 0, 0.0, slope)
    return np.where((step * following < 0) & (np.abs(slope) > 3 * np.abs(step)), 3 * step, slope)


def curve_at(rows: np.ndarray, slopes: np.ndarray, share: float) -> np.ndarray:
    """Return the point of the curve, ``(d,)``, at a share of the way, 0 to 1; all steps take equally long.

    Args:
        rows: the points, ``(n, d)``.
        slopes: the slopes at the points, ``(n, d)``.
        share: the share of the way.
    """
    place = share * (len(rows) - 1)
    left = min(int(place), len(rows) - 2)
    t = place - left
    ends = (1 + 2 * t) * (1 - t) ** 2 * rows[left] + t * t * (3 - 2 * t) * rows[left + 1]
    point: np.ndarray = ends + t * (1 - t) ** 2 * slopes[left] + t * t * (t - 1) * slopes[left + 1]
    return point
