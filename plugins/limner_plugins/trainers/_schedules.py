"""Learning-rate schedules of ``backprop``: over the budget, or by the course of the loss."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol


class Schedule(Protocol):
    """The settings of ``backprop`` that a schedule uses."""

    @property
    def schedule(self) -> str:
        """The name of the schedule."""

    @property
    def warmup(self) -> float:
        """The fraction of the budget in which the learning rate rises from 0."""

    @property
    def final(self) -> float:
        """The final factor of the learning rate for ``cosine`` and ``exponential``."""

    @property
    def drop(self) -> float:
        """The decay factor of the schedule ``step``."""

    @property
    def drop_every(self) -> float:
        """The fraction of the budget between two drops of ``step``."""


def rate_factor(s: Schedule, progress: float) -> float:
    """Return the factor of the learning rate, 0 to 1, when ``progress`` of the budget is spent.

    It rises linearly during warm-up; the schedule runs over the rest of the budget.
    """
    if progress < s.warmup:
        return progress / s.warmup
    rest = (progress - s.warmup) / (1.0 - s.warmup)
    if s.schedule == "cosine":
        return s.final + (1.0 - s.final) * 0.5 * (1.0 + math.cos(math.pi * rest))
    if s.schedule == "exponential":
        return math.pow(s.final, rest)
    if s.schedule == "step":
        # 1e-9 corrects quotients that rounding leaves just below an integer: 0.3 / 0.1.
        return math.pow(s.drop, math.floor(rest / s.drop_every + 1e-9))
    return 1.0


def update_halving(numbers: Mapping[str, float], loss: float, block: int) -> dict[str, float]:
    """Return the state of ``halving`` after a step with a loss.

    At the end of each block of ``block`` steps, the mean loss of the block is compared with that of the block before.
    If it is higher, the learning rate is halved.
    """
    steps, total = int(numbers["steps"]), numbers["total"] + loss
    if steps % block:
        return {**numbers, "total": total}
    mean = total / block
    worse = steps > block and mean > numbers["before"]
    return {**numbers, "halvings": numbers["halvings"] + worse, "before": mean, "total": 0.0}
