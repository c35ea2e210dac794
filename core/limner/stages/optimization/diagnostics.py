"""Optional interface of a trainer: reports before, during and after a training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from limner.stages.optimization.state import State
    from limner.stages.optimization.trainer import Trainer


class TrainerDiagnostics:
    """Messages and figures of a trainer, which inherits this and overrides the methods that it needs."""

    def description(self) -> str:
        """Return a sentence on how the trainer will learn, shown before the training; empty for none."""
        return ""

    def preflight_warnings(self, points: int) -> tuple[str, ...]:  # noqa: ARG002
        """Return warnings about training on so many points, shown before the training."""
        return ()

    def runtime_warning(self, state: State) -> str:  # noqa: ARG002
        """Return a warning to show once during training, or an empty string."""
        return ""

    def summary(self, state: State) -> str:  # noqa: ARG002
        """Return a sentence on how the training went, or an empty string.

        It follows from the state, which a checkpoint holds: a finished run that is resumed shows it again.
        """
        return ""

    def final_metrics(self, state: State) -> Mapping[str, float]:  # noqa: ARG002
        """Return figures on how the training went, by the names of metrics."""
        return {}

    def divergence_setting(self, metrics: Mapping[str, float]) -> str:  # noqa: ARG002
        """Return the setting to lower after a step whose loss is not finite; empty for the one of the traits."""
        return ""


def diagnostics_of(trainer: Trainer) -> TrainerDiagnostics:
    """Return a trainer's diagnostics; without any, those that report nothing."""
    return trainer if isinstance(trainer, TrainerDiagnostics) else TrainerDiagnostics()


def divergence_setting(trainer: Trainer, metrics: Mapping[str, float]) -> str:
    """Return the setting of a trainer to lower after a step whose loss is not finite; empty for none."""
    return diagnostics_of(trainer).divergence_setting(metrics) or trainer.traits().divergence_setting
