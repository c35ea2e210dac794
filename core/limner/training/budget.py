"""The budget: what ends a run."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.stages.trainer import Trainer

Reason: TypeAlias = Literal["steps", "seconds", "psnr", "diverged"]
"""Why a run ended: the bound that it reached, or that its loss stopped being a number."""

SECONDS = 20.0
"""Seconds of a fit without any bound."""
MANY = 2**53
"""Steps that no run takes."""


@dataclass(frozen=True)
class Budget:
    """The bounds of a run; the first one that is reached ends it, and 0 is no bound.

    Bounds are totals: the steps and seconds before a run was resumed count.

    Attributes:
        steps: steps of the trainer.
        seconds: seconds of work.
        psnr: the PSNR to reach, in dB, as measured during the run.

    Raises:
        LimnerError: a bound is negative or not a number, or there is none.
    """

    steps: int = 0
    seconds: float = 0.0
    psnr: float = 0.0

    def __post_init__(self) -> None:
        for name in ("steps", "seconds", "psnr"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise LimnerError(f"{name}: must be a number above 0, got {value}")
        if not (self.steps or self.seconds or self.psnr):
            raise LimnerError("a fit needs an end: give it steps, seconds or a PSNR")

    def progress(self, steps: int, seconds: float) -> float:
        """Return the spent share, 0 to 1; steps alone count if they are the only bound on the work."""
        spent = [0.0]
        spent += [steps / self.steps] if self.steps else []
        spent += [seconds / self.seconds] if self.seconds else []
        return min(max(spent), 1.0)

    def reached(self, steps: int, seconds: float, psnr: float) -> Reason | None:
        """Return the bound that is reached; None while there is more to do."""
        if self.steps and steps >= self.steps:
            return "steps"
        if self.seconds and seconds >= self.seconds:
            return "seconds"
        return "psnr" if self.psnr and psnr >= self.psnr else None

    def within_epochs(self, epochs: int, points: int, trainer: Trainer) -> Budget:
        """Return the budget that also ends after so many passes over all points; 0 epochs are no bound."""
        if not epochs:
            return self
        steps_per_epoch = -(-points // max(1, trainer.looks(points)))
        return replace(self, steps=min(self.steps or MANY, epochs * steps_per_epoch))


def bounded(steps: int, seconds: float, psnr: float, epochs: int = 0, default_seconds: float = SECONDS) -> Budget:
    """Return the budget of these bounds, 0 for none; without any bound, one of ``default_seconds``.

    Raises:
        LimnerError: a bound is negative or not a number.
    """
    try:
        epochs = operator.index(epochs)
    except TypeError as error:
        raise LimnerError(f"epochs: must be a whole number, got {epochs!r}") from error
    if epochs < 0:
        raise LimnerError(f"epochs: must be a number above 0, got {epochs}")
    if epochs and not steps:
        steps = MANY  # until the pictures are known
    return Budget(steps, seconds or (0.0 if steps or psnr else default_seconds), psnr)
