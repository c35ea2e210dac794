"""The start and the end of a training run: seed or checkpoint, progress, interrupts and output files."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from limner.console.output import add_exit_note, fitting_progress, print_note, print_note_above_bar
from limner.errors import LimnerError, PluginError

if TYPE_CHECKING:
    from limner.training.base_plan import TrainingPlan
    from limner.training.session import TrainingOutcome


def note_origin(plan: TrainingPlan, *, seed: int | None, resume: bool, quiet: bool) -> None:
    """Print the step that a run resumes from, or that it has none, and the random seed that was chosen for it."""
    if plan.resumed:
        print_note(f"resuming after step {plan.resumed.header.step}", quiet=quiet)
        return
    if resume:
        print_note(f"{plan.checkpoint_path}: there is no checkpoint; starting from the beginning", quiet=quiet)
    if seed is None:
        print_note(f"seed {plan.recipe.seed}", quiet=quiet)


def note_timelapse_start(plan: TrainingPlan, timelapse: str | None, *, quiet: bool) -> None:
    """Print at which step the timelapse of a resumed run starts."""
    if plan.resumed and timelapse:
        print_note(f"the timelapse starts at step {plan.resumed.header.step}", quiet=quiet)


def finish_checkpoint(plan: TrainingPlan, outputs: OutputFiles, *, keep: bool) -> None:
    """Remove the checkpoint of a run whose files are all written, unless it is to be kept.

    Call it before the results are printed: standard output may be full, but the run is complete. A checkpoint that
    cannot be removed is added to the failures of ``outputs``.
    """
    from limner.training.checkpoint import remove_checkpoint

    if plan.checkpoint_path and not keep and not outputs.failures:
        with outputs.writing(plan.checkpoint_path):
            remove_checkpoint(plan.checkpoint_path)


def check_finite_loss(outcome: TrainingOutcome, more: str = "") -> None:
    """Raise an error for a run without a single finite loss.

    Raises:
        LimnerError: no loss is finite; the message ends with the fix and ``more``, or with the plugin at fault.
    """
    if not math.isfinite(outcome.run.best_loss):
        fix = outcome.fix if outcome.run.culprit else outcome.fix + more
        raise LimnerError(f"the loss is not finite from the first step: {fix}")


@contextmanager
def show_training_progress(plan: TrainingPlan, *, quiet: bool) -> Iterator[list[int]]:
    """Show the progress of a run while the block runs; yield the steps of its checkpoints, which grow meanwhile.

    An interrupt reports the last checkpoint, if there is one. A checkpoint that cannot be saved is reported at once,
    unless the one before could not be saved either.
    """
    from limner.registry.events import CheckpointFailed, CheckpointSaved, Event
    from limner.registry.hookspecs import hookimpl
    from limner.registry.registry import registry

    steps, problems = [plan.resumed.header.step] if plan.resumed else [], list[str]()

    class CheckpointListener:
        @hookimpl
        def limner_event(self, event: Event) -> None:
            if isinstance(event, CheckpointSaved):
                steps.append(event.step)
                problems.clear()
            elif isinstance(event, CheckpointFailed) and not problems:
                problems.append(event.problem)
                print_note_above_bar(f"{event.problem}; the training continues without a new checkpoint", quiet=quiet)

    listener = CheckpointListener()
    registry().listen(listener)
    try:
        with fitting_progress(quiet=quiet):
            yield steps
    except KeyboardInterrupt:
        if steps:
            add_exit_note(_how_to_continue(plan, steps))
        elif problems:
            add_exit_note("no checkpoint could be saved")
        raise
    finally:
        registry().unlisten(listener)


@contextmanager
def saving_result(plan: TrainingPlan, steps: list[int]) -> Iterator[None]:
    """Add to an error of the block, which saves the result of a run, how the run can be continued.

    Args:
        plan: the plan of the run.
        steps: the steps of its checkpoints.
    """
    try:
        yield
    except PluginError:
        raise
    except LimnerError as error:
        kept = _how_to_continue(plan, steps) if steps else "no checkpoint could be saved"
        raise LimnerError(f"{error}; {kept}") from error


def _how_to_continue(plan: TrainingPlan, steps: list[int]) -> str:
    """Return which checkpoint holds a run, and the option that continues it."""
    return f"{plan.checkpoint_path} holds the run after step {steps[-1]}; continue it with --resume"


class OutputFiles:
    """The output files besides the artwork; an error in one does not prevent the others.

    Attributes:
        names: the files that were written.
        failures: the errors that prevented the other files.

    Args:
        names: the files to write.
        timelapse: the timelapse among them, or None.
        timelapse_error: the error that prevented the timelapse, or None.
    """

    def __init__(self, names: list[Path], *, timelapse: str | None, timelapse_error: LimnerError | None) -> None:
        self.names, self.failures = list(names), list[LimnerError]()
        if timelapse_error:
            self.add_failure(timelapse or "", timelapse_error)

    @contextmanager
    def writing(self, path: str | Path) -> Iterator[None]:
        """Record an error that the block raises while it writes a file."""
        try:
            yield
        except LimnerError as error:
            self.add_failure(path, error)

    def add_failure(self, path: str | Path, error: LimnerError) -> None:
        """Record that a file could not be written."""
        self.failures.append(error)
        self.names = [name for name in self.names if name != Path(path)]

    def raise_failures(self, path: Path) -> None:
        """Raise an error about missing files; call it after everything else was printed.

        Raises:
            LimnerError: a file could not be written; the message says that ``path`` holds the artwork.
        """
        if self.failures:
            more = f" (and {len(self.failures) - 1} more could not be written)" if len(self.failures) > 1 else ""
            raise LimnerError(f"{self.failures[0]}{more}; the artwork is in {path}") from self.failures[0]
