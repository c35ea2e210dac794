"""A run: its budget, and its state after a step."""

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
"""Why a run ended: the limit that it reached, a callback that stopped it, or a loss that is no longer a number."""

DEFAULT_SECONDS = 20.0
"""Seconds of a fit without any limit."""
UNBOUNDED_STEPS = 2**53
"""A number of steps that no run reaches."""


@dataclass(frozen=True)
class Budget:
    """The limits of a run; the first that is reached ends it, and 0 means no limit.

    Limits are totals: steps and seconds before a run was resumed count.

    Attributes:
        steps: number of steps of the trainer.
        seconds: training time in seconds.
        psnr: the PSNR to reach, in dB, as measured during the run.

    Raises:
        LimnerError: a limit is negative or not a number, or there is none.
    """

    steps: int = 0
    seconds: float = 0.0
    psnr: float = 0.0

    def __post_init__(self) -> None:
        for name in ("steps", "seconds", "psnr"):
            value = getattr(self, name)
            if not math.isfinite(value):
                raise LimnerError(f"`{name}`: must be a finite number, got {value}")
            if value < 0:
                raise LimnerError(f"`{name}`: must be 0 or more, got {value}")
        if not (self.steps or self.seconds or self.psnr):
            raise LimnerError("training needs a limit: set steps, seconds or psnr")

    def progress(self, steps: int, seconds: float) -> float:
        """Return the fraction of the budget that is spent, 0 to 1; a PSNR does not count."""
        spent = [0.0]
        spent += [steps / self.steps] if self.steps else []
        spent += [seconds / self.seconds] if self.seconds else []
        return min(max(spent), 1.0)

    def reached(self, steps: int, seconds: float, psnr: float) -> Reason | None:
        """Return the limit that is reached; None while the run may continue."""
        if self.steps and steps >= self.steps:
            return "steps"
        if self.seconds and seconds >= self.seconds:
            return "seconds"
        return "psnr" if self.psnr and psnr >= self.psnr else None

    def within_epochs(self, epochs: int, points: int, trainer: Trainer) -> Budget:
        """Return the budget with a limit of ``epochs`` passes over all points added; 0 for no limit."""
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
        step: number of steps done.
        seconds: training time in seconds.
        psnr: the PSNR at the last evaluation, in dB.
        evaluated_at: the step of the last evaluation; -1 before the first.
        history: the rows for tables and plots.
        metrics: the metrics of the last step, without its loss.
        culprit: a sentence naming the plugin that made the run diverge; empty if none did.
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
        """Replace the best θ if this one has a lower loss."""
        if loss < self.best_loss:
            self.best, self.best_loss = theta, loss


@dataclass(frozen=True)
class RunSnapshot:
    """A snapshot of a run; subclasses add previews.

    Attributes:
        run: the run at this step.
        progress: the fraction of the budget that is spent, 0 to 1.
        last: whether the run is over; the snapshot then shows the best θ.
    """

    run: Run
    progress: float
    last: bool


Callback: TypeAlias = "Callable[[Run, float, bool], bool | None]"
"""Called with the run, the fraction of the budget that is spent, and whether the run is over; True stops the run."""


def make_budget(
    steps: int, seconds: float, psnr: float, epochs: int = 0, default_seconds: float = DEFAULT_SECONDS
) -> Budget:
    """Return a budget with these limits, 0 for none; without any limit, training lasts ``default_seconds``.

    Raises:
        LimnerError: a limit is negative or not a number.
    """
    steps, epochs = check_int("steps", steps), check_int("epochs", epochs)
    seconds, psnr = check_number("seconds", seconds), check_number("psnr", psnr)
    if epochs < 0:
        raise LimnerError(f"`epochs`: must be 0 or more, got {epochs}")
    if epochs and not steps:
        steps = UNBOUNDED_STEPS  # within_epochs lowers it once the number of images is known
    return Budget(steps, seconds or (0.0 if steps or psnr else default_seconds), psnr)
