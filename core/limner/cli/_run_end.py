"""How a run starts and ends: from a seed or a checkpoint, interrupted or with as many outputs as can be written."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from limner.console.output import add_exit_note, fitting_progress, note
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.training.base_plan import TrainingPlan
    from limner.training.session import TrainingOutcome


def note_origin(plan: TrainingPlan, *, seed: int | None, quiet: bool) -> None:
    """Print the step that a run resumes from, or the seed that was drawn for it."""
    if plan.resumed:
        note(f"goes on after step {plan.resumed.header.step}", quiet=quiet)
    elif seed is None:
        note(f"seed {plan.recipe.seed}", quiet=quiet)


def note_timelapse_start(plan: TrainingPlan, timelapse: str | None, *, quiet: bool) -> None:
    """Print that the timelapse of a resumed run lacks its beginning."""
    if plan.resumed and timelapse:
        note(f"the timelapse begins at step {plan.resumed.header.step}", quiet=quiet)


def check_started(outcome: TrainingOutcome, more: str = "") -> None:
    """Refuse a run without a single finite loss.

    Raises:
        LimnerError: it is one; the message ends with the fix and ``more``, or with the plugin that is to blame.
    """
    if not math.isfinite(outcome.run.best_loss):
        fix = outcome.fix if outcome.run.culprit else outcome.fix + more
        raise LimnerError(f"the loss is no number from the start: {fix}")


@contextmanager
def stoppable(plan: TrainingPlan, *, quiet: bool) -> Iterator[None]:
    """Show the progress of a run; an interrupt reports the checkpoint that it leaves, if any."""
    from limner.registry.events import CheckpointSaved, Event
    from limner.registry.hookspecs import hookimpl
    from limner.registry.registry import registry

    steps = [plan.resumed.header.step] if plan.resumed else []

    class Ear:
        @hookimpl
        def limner_event(self, event: Event) -> None:
            if isinstance(event, CheckpointSaved):
                steps.append(event.step)

    ear = Ear()
    registry().listen(ear)
    try:
        with fitting_progress(quiet=quiet):
            yield
    except KeyboardInterrupt:
        if steps:
            add_exit_note(f"{plan.checkpoint_path} keeps the run after step {steps[-1]}; --resume goes on with it")
        raise
    finally:
        registry().unlisten(ear)


class Outputs:
    """The files beside the artwork: one that cannot be written does not prevent the others.

    Attributes:
        names: the files that are written.
        missed: why others are not.

    Args:
        names: the files to write.
        film: the timelapse among them.
        missed: why it could not be written; None if it was.
    """

    def __init__(self, names: list[Path], *, film: str | None, missed: LimnerError | None) -> None:
        self.names, self.missed = list(names), list[LimnerError]()
        if missed:
            self.miss(film or "", missed)

    @contextmanager
    def writing(self, path: str | Path) -> Iterator[None]:
        """Write a file in the block; a failure is remembered."""
        try:
            yield
        except LimnerError as error:
            self.miss(path, error)

    def miss(self, path: str | Path, error: LimnerError) -> None:
        """Remember that a file could not be written."""
        self.missed.append(error)
        self.names = [name for name in self.names if name != Path(path)]

    def check(self, path: Path) -> None:
        """Report missing files, after everything else was printed.

        Raises:
            LimnerError: a file is missing; ``path`` holds the artwork all the same.
        """
        if self.missed:
            more = f" (and {len(self.missed) - 1} more could not be written)" if len(self.missed) > 1 else ""
            raise LimnerError(f"{self.missed[0]}{more}; {path} holds what was learned") from self.missed[0]
