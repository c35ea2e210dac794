"""Closed curves through points, along which motions lead."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def closed_curve(points: np.ndarray | Sequence[np.ndarray], position: float) -> np.ndarray:
    """Return a point of the smooth closed curve through points: that of index k at the position k.

    Between two points it is a cubic, whose slopes at the ends are half of the chord between the neighbours.
    Source: E. Catmull and R. Rom, "A class of local interpolating splines", 1974.

    Args:
        points: n points, arrays of one shape, ``(n, ...)``.
        position: any number from 0; the curve starts again at n.
    """
    first = int(position)
    before, start, end, after = (points[(first + i) % len(points)] for i in (-1, 0, 1, 2))
    t = position - first
    cubic = 3.0 * (start - end) + after - before
    quadratic = 2.0 * before - 5.0 * start + 4.0 * end - after
    curve: np.ndarray = start + 0.5 * t * (end - before + t * (quadratic + t * cubic))
    return curve
