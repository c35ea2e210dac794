"""Easing functions of CSS: from the share of time to the share of the way, 0 to 1.

Source: CSS Easing Functions Level 1, W3C, 2023.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from math import ceil, floor, isfinite
from typing import TypeAlias

from limner.app import did_you_mean
from limner.plugin import LimnerError

Easing: TypeAlias = Callable[[float], float]

BEZIERS = {
    "linear": (0.0, 0.0, 1.0, 1.0),
    "ease": (0.25, 0.1, 0.25, 1.0),
    "ease-in": (0.42, 0.0, 1.0, 1.0),
    "ease-out": (0.0, 0.0, 0.58, 1.0),
    "ease-in-out": (0.42, 0.0, 0.58, 1.0),
}
"""The inner control points of the named curves: x1, y1, x2, y2."""
SHORT = {"in": "ease-in", "out": "ease-out", "in-out": "ease-in-out"}
STEPS = {"step-start": (1, "start"), "step-end": (1, "end")}
JUMPS = {"start": (1, 0), "end": (0, 0), "none": (0, -1), "both": (1, 1)}
"""The steps that have been taken at the start, and how many more steps than intervals there are, by the jumps."""
MAX_Y = 10.0
MAX_STEPS = 10_000
HALVINGS = 60
"""More than the 53 bits of a float."""

FUNCTION = re.compile(r"(cubic-bezier|steps)\((.*)\)")


@lru_cache(maxsize=64)
def easing(name: str) -> Easing:
    """Return an easing function.

    Args:
        name: a name such as ``ease-in-out``, or ``in-out`` for short, ``cubic-bezier(x1,y1,x2,y2)`` or ``steps(n)``.

    Raises:
        LimnerError: the name is unknown, or its numbers are invalid.
    """
    plain = name.strip().lower()
    plain = SHORT.get(plain, plain)
    if plain == "linear":
        return lambda share: share
    if plain in BEZIERS:
        return cubic_bezier(*BEZIERS[plain])
    if plain in STEPS:
        return stepped(*STEPS[plain])
    found = FUNCTION.fullmatch(plain)
    if not found:
        known = [*BEZIERS, *SHORT, *STEPS]
        hint = did_you_mean(plain, known) or "; use one such as in-out, cubic-bezier(0.3,0,0.3,1) or steps(5)"
        raise LimnerError(f"`ease`: unknown easing {name!r}{hint}")
    parts = [part.strip() for part in found[2].split(",")]
    return _read_bezier(name, parts) if found[1] == "cubic-bezier" else _read_steps(name, parts)


def _read_bezier(name: str, parts: list[str]) -> Easing:
    try:
        x1, y1, x2, y2 = map(float, parts)
    except ValueError:
        raise LimnerError(f"`ease` {name}: takes four numbers; for example cubic-bezier(0.3,0,0.3,1)") from None
    if not all(0 <= x <= 1 for x in (x1, x2)):  # written so that NaN fails
        raise LimnerError(f"`ease` {name}: the first and the third number are times; they must be 0 to 1")
    if not all(isfinite(y) and abs(y) <= MAX_Y for y in (y1, y2)):
        raise LimnerError(f"`ease` {name}: the second and the fourth number must be -{MAX_Y:g} to {MAX_Y:g}")
    return cubic_bezier(x1, y1, x2, y2)


def _read_steps(name: str, parts: list[str]) -> Easing:
    jump = parts[1].removeprefix("jump-") if len(parts) == 2 else "end"
    fewest = 2 if jump == "none" else 1
    valid = len(parts) <= 2 and parts[0].isdecimal() and len(parts[0]) < 9 and jump in JUMPS
    if not (valid and fewest <= int(parts[0]) <= MAX_STEPS):
        raise LimnerError(f"`ease` {name}: takes a number from {fewest} to {MAX_STEPS}, such as steps(5)")
    return stepped(int(parts[0]), jump)


def cubic_bezier(x1: float, y1: float, x2: float, y2: float) -> Easing:
    """Return the easing along a cubic Bézier curve from (0, 0) to (1, 1).

    Args:
        x1: the time of the first inner control point, 0 to 1.
        y1: its share of the way.
        x2: the time of the second inner control point, 0 to 1.
        y2: its share of the way.
    """

    def at(share: float) -> float:
        if not 0 < share < 1:
            return share
        low, high = 0.0, 1.0
        t = share
        for _ in range(HALVINGS):  # Newton's steps, and bisection where they leave the interval
            x = _bernstein(x1, x2, t)
            low, high = (t, high) if x < share else (low, t)
            slope = 3 * (x1 * (1 - t) ** 2 + 2 * (x2 - x1) * (1 - t) * t + (1 - x2) * t * t)
            step = t - (x - share) / slope if slope > 1e-9 else low
            new = step if low < step < high else (low + high) / 2
            if abs(new - t) < 1e-15:
                break
            t = new
        return _bernstein(y1, y2, t)

    return at


def _bernstein(one: float, two: float, t: float) -> float:
    """Return a coordinate of the curve, whose ends are 0 and 1, at the parameter t."""
    return 3 * one * t * (1 - t) ** 2 + 3 * two * t * t * (1 - t) + t**3


def stepped(count: int, jump: str) -> Easing:
    """Return the easing in steps of equal duration.

    Args:
        count: the number of intervals.
        jump: where the steps are: at the ``start`` or the ``end`` of each interval, at ``both`` or ``none`` of the ends
            of the way.
    """
    taken, more = JUMPS[jump]

    def at(share: float) -> float:
        place = floor(share * count + 1e-9) if share < 1 else ceil(count)
        total = count + more
        return min(max((place + taken) / total, 0.0), 1.0) if 0 <= share <= 1 else share

    return at
