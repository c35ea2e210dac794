"""A run: the bounds that end it, and its state after a step."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from limner.errors import LimnerError
from limner.stages.optimization.state import State
from limner.training.history import History
from limner.utils.arguments import check_int, check_number

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.optimization.trainer import Trainer

Reason: TypeAlias = Literal["steps", "seconds", "psnr", "stopped", "diverged"]
"""Why a run ended: the bound that it reached, a callback that stopped it, or a loss that is no longer a number."""

DEFAULT_SECONDS = 20.0
"""Seconds of a fit without any bound."""
UNBOUNDED_STEPS = 2**53
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
                raise LimnerError(f"`{name}`: must be a number above 0, got {value}")
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
        steps_per_epoch = -(-points // max(1, trainer.samples_per_step(points)))
        return replace(self, steps=min(self.steps or UNBOUNDED_STEPS, epochs * steps_per_epoch))


@dataclass
class Run:
    """The state of a run after a step: all that a checkpoint holds.

    Attributes:
        theta: θ after the step.
        state: the trainer's state.
        best: the best θ so far, by its loss.
        best_loss: the loss of the best θ.
        step: the number of steps done.
        seconds: the seconds that they took.
        psnr: the PSNR at the last evaluation, in dB.
        looked: the step of the last evaluation.
        history: the rows that a plot shows.
        metrics: the metrics of the last step, without its loss; not in the checkpoint.
        culprit: the plugin that made numbers that are not finite, as a sentence, if the run diverged because of it.
    """

    theta: Array
    state: State
    best: Array
    best_loss: float = math.inf
    step: int = 0
    seconds: float = 0.0
    psnr: float = 0.0
    evaluated_at: int = -1
    history: History = field(default_factory=History)
    metrics: Mapping[str, float] = field(default_factory=dict)
    culprit: str = ""

    def update_best(self, theta: Array, loss: float) -> None:
        """Remember a θ that is better than the best."""
        if loss < self.best_loss:
            self.best, self.best_loss = theta, loss


@dataclass(frozen=True)
class RunSnapshot:
    """A run during training; subclasses add what can be shown of it.

    Attributes:
        run: the run at this step.
        progress: the spent share of the budget, 0 to 1.
        last: whether the run is over; then its best θ is shown.
    """

    run: Run
    progress: float
    last: bool


Callback: TypeAlias = "Callable[[Run, float, bool], bool | None]"
"""A callback with the run, the spent share of the budget, and whether the run is over; True stops the run."""


def bounded(
    steps: int, seconds: float, psnr: float, epochs: int = 0, default_seconds: float = DEFAULT_SECONDS
) -> Budget:
    """Return the budget of these bounds, 0 for none; without any bound, one of ``default_seconds``.

    Raises:
        LimnerError: a bound is negative or not a number.
    """
    steps, epochs = check_int("steps", steps), check_int("epochs", epochs)
    seconds, psnr = check_number("seconds", seconds), check_number("psnr", psnr)
    if epochs < 0:
        raise LimnerError(f"`epochs`: must be a number above 0, got {epochs}")
    if epochs and not steps:
        steps = UNBOUNDED_STEPS  # until the pictures are known
    return Budget(steps, seconds or (0.0 if steps or psnr else default_seconds), psnr)
