"""An optional interface of trainers: messages and metrics before, during and after training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from limner.stages.optimization.state import State
    from limner.stages.optimization.trainer import Trainer


class TrainerDiagnostics:
    """Messages and metrics of a trainer. A trainer inherits this class and overrides the methods that it needs."""

    def description(self) -> str:
        """Return a sentence about how the trainer will learn, shown before training; empty for none."""
        return ""

    def preflight_warnings(self, points: int) -> tuple[str, ...]:  # noqa: ARG002
        """Return warnings about training on this number of points, shown before training."""
        return ()

    def runtime_warning(self, state: State) -> str:  # noqa: ARG002
        """Return a warning to show once during training, or an empty string."""
        return ""

    def summary(self, state: State) -> str:  # noqa: ARG002
        """Return a sentence about the result of the training, or an empty string.

        It must depend only on the state, which is part of a checkpoint: a finished run that is resumed shows it again.
        """
        return ""

    def final_metrics(self, state: State) -> Mapping[str, float]:  # noqa: ARG002
        """Return metrics of the finished training by name."""
        return {}

    def divergence_setting(self, metrics: Mapping[str, float]) -> str:  # noqa: ARG002
        """Return the setting to lower after a step whose loss is not finite; empty to use that of the traits."""
        return ""


def diagnostics_of(trainer: Trainer) -> TrainerDiagnostics:
    """Return the diagnostics of a trainer; if it has none, diagnostics that report nothing."""
    return trainer if isinstance(trainer, TrainerDiagnostics) else TrainerDiagnostics()


def divergence_setting(trainer: Trainer, metrics: Mapping[str, float]) -> str:
    """Return the trainer setting to lower after a step whose loss is not finite; empty for none."""
    return diagnostics_of(trainer).divergence_setting(metrics) or trainer.traits().divergence_setting
