"""How the rate of ``backprop`` changes: over the budget, or by what the errors did."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol


class Schedule(Protocol):
    """The settings of a schedule, which ``backprop`` has."""

    @property
    def schedule(self) -> str:
        """Its name."""

    @property
    def warmup(self) -> float:
        """The share of the budget in which the rate rises from 0."""

    @property
    def final(self) -> float:
        """What is left of the rate at the end of ``cosine`` and ``exponential``."""

    @property
    def drop(self) -> float:
        """The factor of each drop of ``step``."""

    @property
    def drop_every(self) -> float:
        """The share of the budget between two drops of ``step``."""


def rate_factor(s: Schedule, progress: float) -> float:
    """The part of the rate that is left when ``progress`` of the budget is spent: 0 to 1.

    It rises in a line while warming up; the schedule runs over the rest of the budget.
    """
    if progress < s.warmup:
        return progress / s.warmup
    rest = (progress - s.warmup) / (1.0 - s.warmup)
    if s.schedule == "cosine":
        return s.final + (1.0 - s.final) * 0.5 * (1.0 + math.cos(math.pi * rest))
    if s.schedule == "exponential":
        return math.pow(s.final, rest)
    if s.schedule == "step":
        # The hair is for quotients that end just below the whole number that they are: 0.3 / 0.1.
        return math.pow(s.drop, math.floor(rest / s.drop_every + 1e-9))
    return 1.0


def update_halving(numbers: Mapping[str, float], loss: float, block: int) -> dict[str, float]:
    """What ``halving`` remembers, after the loss of one more step.

    Blocks of so many steps stand side by side. When one ends, its mean is held against that of the block before it.
    """
    steps, total = int(numbers["steps"]), numbers["total"] + loss
    if steps % block:
        return {**numbers, "total": total}
    mean = total / block
    worse = steps > block and mean > numbers["before"]
    return {**numbers, "halvings": numbers["halvings"] + worse, "before": mean, "total": 0.0}
