"""A line search for the strong Wolfe conditions.

J. Nocedal and S. Wright, "Numerical optimization" (2006), algorithms 3.5 and 3.6 in one loop, with the cubic
interpolation (3.59); equations are named (n).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from limner.plugin import Array

DECREASE = 1e-4
"""c₁: the least fraction of the decrease that the slope predicts (3.7a)."""
CURVATURE = 0.9
"""c₂: the largest fraction of the slope that may remain (3.7b); 0.9 suits quasi-Newton directions."""
GROWTH = 4.0
"""The growth of the step length while no minimum is bracketed."""
MARGIN = 0.1
"""The least distance of a trial from the ends of the bracket, as a fraction of its width."""


@dataclass(frozen=True)
class LineSearchTrial:
    """A point on the line.

    Attributes:
        length: α.
        value: φ(α), the loss; infinite if it is not a number.
        slope: φ'(α).
        theta: the point itself.
        gradient: the gradient there.
    """

    length: float
    value: float
    slope: float
    theta: Array
    gradient: Array


def line_search(
    trial: Callable[[float], LineSearchTrial], start: LineSearchTrial, length: float, tries: int
) -> LineSearchTrial:
    """Return a point that meets the strong Wolfe conditions, or the lowest acceptable one after ``tries`` lengths.

    A loss that is not finite counts as too high, so the search steps back from there.

    Args:
        trial: evaluates φ at a length.
        start: φ(0); its slope is negative.
        length: the first length to try.
        tries: the most lengths to try.

    Returns:
        ``start`` itself if no length lowered the loss enough.
    """
    low, high = start, None  # the minimum lies between them once high is known
    for _ in range(tries):
        new = trial(length)
        enough = new.value <= start.value + DECREASE * length * start.slope
        if not enough or new.value >= low.value:
            high = new
        elif abs(new.slope) <= -CURVATURE * start.slope:
            return new
        else:
            ahead = math.inf if high is None else high.length
            if new.slope * (ahead - low.length) >= 0:
                high = low
            low = new
        if high is None:
            length *= GROWTH
        elif low is not start and high.value - low.value <= 1e-7 * abs(low.value):  # equal up to rounding in float32
            return low
        else:
            length = _between(low, high)
    return low


def _between(low: LineSearchTrial, high: LineSearchTrial) -> float:
    """Return the minimum of the cubic through both ends (3.59), kept away from them.

    If φ is not finite at the far end, there is no cubic, and the result is a tenth of the bracket from the near end.
    """
    width = high.length - low.length
    if not math.isfinite(high.value) or not math.isfinite(high.slope):
        return low.length + MARGIN * width
    first = low.slope + high.slope - 3 * (low.value - high.value) / (low.length - high.length)
    square = first * first - low.slope * high.slope
    fraction = 0.5
    if square >= 0:
        second = math.copysign(math.sqrt(square), width)
        below = high.slope - low.slope + 2 * second
        if below:
            fraction = 1 - (high.slope + second - first) / below
    return low.length + min(max(fraction, MARGIN), 1 - MARGIN) * width
