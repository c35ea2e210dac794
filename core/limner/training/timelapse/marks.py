"""When a frame of a timelapse, or a state of a fit, is due."""

from __future__ import annotations

from bisect import bisect_right
from typing import Literal, TypeAlias

Spacing: TypeAlias = Literal["even", "log"]

FIRST_MARK = 1e-3
"""The fraction of the run after which the second frame is due with logarithmic spacing."""
ROUNDING = 1e-9
"""The rounding error of progress: a mark that is missed by no more counts as reached."""


class Marks:
    """The moments of a run at which something is due, besides its end.

    Args:
        count: how often, with the end; fewer if the run has fewer steps.
        every: the steps between two of them, instead of a count; 0 to use the count.
        spacing: ``even``, or ``log`` for more of them early in the run.
        whole_run: whether marks are spread over the whole run; by default over what is left when it is resumed.
    """

    def __init__(self, count: int, every: int, spacing: Spacing, *, whole_run: bool = False) -> None:
        self._every = every
        self._marks = _fractions(count, spacing)
        self._passed = 0
        self._start: float | None = 0.0 if whole_run else None

    def is_due(self, step: int, progress: float) -> bool:
        """Return whether a mark is reached at a step; several marks reached at once count as one.

        Call it at every step.

        Args:
            step: the number of steps done.
            progress: the fraction of the run's limits that is spent, 0 to 1.
        """
        if self._every:
            return step % self._every == 0
        if self._start is None:  # a resumed run starts at a later progress
            self._start = progress
        left = 1 - self._start
        share = (progress - self._start) / left if left > 0 else 1.0
        before, self._passed = self._passed, bisect_right(self._marks, share + ROUNDING)
        return self._passed > before


def _fractions(count: int, spacing: Spacing) -> list[float]:
    """Return the marks as fractions of the run; the last of ``count``, due at the end, has none."""
    marks = [k / (count - 1) for k in range(count - 1)]
    return marks if spacing == "even" else [FIRST_MARK ** (1 - mark) if mark else 0.0 for mark in marks]
