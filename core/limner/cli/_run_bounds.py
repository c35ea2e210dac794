"""The bounds of a run, as their options give them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.training.run import Budget

MOST = 10**9
"""The most steps, epochs or pixels; a larger number is a typing error."""


def check_count(option: str, number: int | None) -> None:
    """Refuse a count below 1 or absurdly large.

    Raises:
        LimnerError: it is.
    """
    if number is not None and number < 1:
        raise LimnerError(f"{option}: must be at least 1, got {number}")
    if number is not None and number > MOST:
        raise LimnerError(f"{option}: must be at most {MOST}, got {number}")


def check_interval(option: str, seconds: float) -> None:
    """Refuse seconds between two events that are no number.

    Raises:
        LimnerError: they are negative or infinite.
    """
    if not (math.isfinite(seconds) and seconds >= 0):
        raise LimnerError(f"{option}: must be 0 seconds or more, got {seconds}")


def budget_of(
    steps: int | None, epochs: int | None, seconds: float | None, psnr: float | None, *, default_seconds: float
) -> Budget:
    """Return the budget of the options; without any bound, one of ``default_seconds``.

    Raises:
        LimnerError: a bound is not a number above 0, or more steps than anybody can wait for.
    """
    from limner.training.run import make_budget

    check_count("--steps", steps)
    check_count("--epochs", epochs)
    for option, bound in (("--seconds", seconds), ("--psnr", psnr)):
        if bound is not None and not 0 < bound < math.inf:
            raise LimnerError(f"{option}: must be a number above 0, got {bound:g}")
    return make_budget(steps or 0, seconds or 0.0, psnr or 0.0, epochs or 0, default_seconds)
