"""The limits of a training run, checked as command-line options."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.training.run import Budget

MAX_COUNT = 10**9
"""The largest number of steps, epochs or pixels; a larger one is probably a typing error."""


def check_count(option: str, number: int | None) -> None:
    """Raise an error for a count below 1 or above ``MAX_COUNT``.

    Raises:
        LimnerError: the count is out of range.
    """
    if number is not None and number < 1:
        raise LimnerError(f"{option}: must be at least 1, got {number}")
    if number is not None and number > MAX_COUNT:
        raise LimnerError(f"{option}: must be at most {MAX_COUNT}, got {number}")


def check_interval(option: str, seconds: float) -> None:
    """Raise an error for an interval in seconds that is negative or not finite.

    Raises:
        LimnerError: the interval is invalid.
    """
    if not (math.isfinite(seconds) and seconds >= 0):
        raise LimnerError(f"{option}: must be 0 seconds or more, got {seconds}")


def budget_of(
    steps: int | None, epochs: int | None, seconds: float | None, psnr: float | None, *, default_seconds: float
) -> Budget:
    """Return the budget that the options set; ``default_seconds`` if they set no limit.

    Raises:
        LimnerError: a limit is not a number above 0, or exceeds ``MAX_COUNT``.
    """
    from limner.training.run import make_budget

    check_count("--steps", steps)
    check_count("--epochs", epochs)
    for option, limit in (("--seconds", seconds), ("--psnr", psnr)):
        if limit is not None and not 0 < limit < math.inf:
            raise LimnerError(f"{option}: must be a number above 0, got {limit:g}")
    return make_budget(steps or 0, seconds or 0.0, psnr or 0.0, epochs or 0, default_seconds)
