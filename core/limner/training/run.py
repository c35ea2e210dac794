"""The state of a run."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from limner.stages.trainer import State
from limner.training.history import History

if TYPE_CHECKING:
    from limner.arrays.namespace import Array


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
        metrics: the metrics of the last step; not in the checkpoint.
    """

    theta: Array
    state: State
    best: Array
    best_loss: float = math.inf
    step: int = 0
    seconds: float = 0.0
    psnr: float = 0.0
    looked: int = -1
    history: History = field(default_factory=History)
    metrics: Mapping[str, float] = field(default_factory=dict)

    def keep(self, theta: Array, loss: float) -> None:
        """Remember a θ that is better than the best."""
        if loss < self.best_loss:
            self.best, self.best_loss = theta, loss


Watch: TypeAlias = "Callable[[Run, float, bool], None]"
"""A callback with the run, the spent share of the budget, and whether the run is over."""
