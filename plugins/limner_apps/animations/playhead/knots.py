"""Playheads as knots: the position of the motion at equal steps of time, with straight lines between them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from typing import Annotated, TypeAlias

from pydantic import Field

MAX_KNOTS = 10_001
Knot: TypeAlias = Annotated[float, Field(ge=0, le=1)]
"""A position of the motion."""


def position_at(knots: Sequence[float], time: float) -> float:
    """Return the position of the motion at a time.

    Args:
        knots: positions, 0 to 1, at equal steps of time; empty for a playhead that is proportional to time.
        time: 0 for the start of the movie, 1 for its end.
    """
    if not knots:
        return time
    place = min(max(time, 0.0), 1.0) * (len(knots) - 1)
    left = min(int(place), len(knots) - 2)
    return knots[left] + (place - left) * (knots[left + 1] - knots[left])


def check_knots(knots: Sequence[float]) -> None:
    """Check that knots are a playhead: at least two, or none, that never run backwards.

    Raises:
        ValueError: there is a single knot, there are too many, or they are out of range or order.
    """
    if not knots:
        return
    if not 2 <= len(knots) <= MAX_KNOTS:
        raise ValueError(f"must have 2 to {MAX_KNOTS:,} positions, or none, got {len(knots):,}")
    if not all(isfinite(knot) and 0 <= knot <= 1 for knot in knots):
        raise ValueError("positions must be 0 to 1")
    if any(after < before for before, after in pairwise(knots)):
        raise ValueError("positions must not decrease")
