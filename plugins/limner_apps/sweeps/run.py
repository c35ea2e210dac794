"""The execution of a sweep: an estimate of its duration, or a run into a folder of trials, tables and an animation."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.app import LimnerError
from limner.app.training import make_budget
from limner_apps.sweeps import scheduler
from limner_apps.sweeps.claim import claim_folder
from limner_apps.sweeps.executor_choice import threads_per_task
from limner_apps.sweeps.folder_format import METRICS, TABLE, TRIALS
from limner_apps.sweeps.preflight.cost import picture_sizes, sweep_cost
from limner_apps.sweeps.preflight.notes import MAX_COMPARED
from limner_apps.sweeps.report.animation import draw_animation
from limner_apps.sweeps.report.results import rows, write_results
from limner_apps.sweeps.trial import complete_record, run_trial, timelapse_path

if TYPE_CHECKING:
    from limner.app.artworks import RenderingCost
    from limner.plugin import Backend
    from limner_apps.sweeps.executor import Executor
    from limner_apps.sweeps.scheduler import SweepOutcome
    from limner_apps.sweeps.sweep import Sweep, Trial

TIMELAPSE: Mapping[str, Any] = {"suffix": ".gif", "settings": {}}
"""File suffix and settings of the timelapse of a trial."""
ANIMATION = "animations.gif"
ANIMATION_FPS = 10.0
"""Frames per second of the animation of all trials."""


@dataclass(frozen=True)
class Estimate:
    """The estimated duration of a sweep.

    Attributes:
        trials: the number of trials.
        seconds_per_trial: the duration of the first trial.
        workers: how many trials run at once.
    """

    trials: int
    seconds_per_trial: float
    workers: int

    @property
    def seconds(self) -> float:
        """The estimated duration of all trials."""
        return self.seconds_per_trial * self.trials / self.workers

    def record(self) -> dict[str, Any]:
        """Return the estimate as plain data for JSON."""
        trials = {"trials": self.trials, "seconds_per_trial": self.seconds_per_trial}
        return {**trials, "workers": self.workers, "seconds": self.seconds}

    def __str__(self) -> str:
        count = f"{self.trials:,} trial{'s' * (self.trials != 1)}"
        workers = f"{self.workers} worker{'s' * (self.workers != 1)}"
        total = f"about {_duration(self.seconds)} on {workers}"
        return f"{count}; one takes {self.seconds_per_trial:.2f} s, all of them {total}"


def _duration(seconds: float) -> str:
    for unit, size in (("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} seconds"


@dataclass(frozen=True, eq=False)
class SweepRun:
    """A sweep with its output folder, executor and backend.

    Attributes:
        sweep: the sweep.
        folder: the output folder.
        executor: runs the trials.
        backend: the name of the backend of each trial.
    """

    sweep: Sweep
    folder: Path
    executor: Executor
    backend: str = "auto"

    @cached_property
    def tasks(self) -> list[dict[str, Any]]:
        """The trials as plain data."""
        timelapse = TIMELAPSE if self.sweep.animations else None
        return [self._task(trial, self.folder, timelapse) for trial in self.sweep.trials]

    def timing_note(self) -> str:
        """Return what ``estimate`` does: the size of the picture, and how long a fit may take."""
        ((width, height),) = picture_sizes([self._task(next(self.sweep.iter_trials()), self.folder, timelapse=None)])
        note = f"timing the first of {len(self.sweep):,} trials, {width}x{height} pixels"
        fitting = self.sweep.fitting
        if not self.sweep.images:
            return note
        seconds = make_budget(fitting.steps, fitting.seconds, fitting.psnr, fitting.epochs).seconds
        return note + (f", a fit of {seconds:g} seconds or less" if seconds else ", a fit")

    def cost(self, backend: Backend) -> RenderingCost | None:
        """Return the estimated cost of rendering the pictures that are missing in the folder; None if it is small.

        Of many trials, the first one stands for all.
        """
        many = len(self.sweep) > MAX_COMPARED
        first = [self._task(next(self.sweep.iter_trials()), self.folder, timelapse=None)] if many else []
        return sweep_cost(first or self.tasks, backend, repeats=len(self.sweep) if many else 1)

    def estimate(self) -> Estimate:
        """Run one trial in a temporary folder, and estimate the duration of all trials.

        Raises:
            LimnerError: the trial fails.
        """
        with tempfile.TemporaryDirectory() as temporary:
            (Path(temporary) / TRIALS).mkdir()
            task = self._task(next(self.sweep.iter_trials()), Path(temporary), timelapse=None)
            start = time.perf_counter()
            record = run_trial(task)
            seconds = time.perf_counter() - start
        if "error" in record:
            raise LimnerError(f"the first trial fails: {record['error']}")
        return Estimate(len(self.sweep), seconds, max(1, self.executor.parallelism()))

    def run(self, command: str = "") -> SweepOutcome:
        """Run the trials that are missing in the folder, and write the tables of all trials.

        Args:
            command: the command line of this sweep, which is recorded in the folder.

        Raises:
            LimnerError: the folder holds something else or is in use, or the executor cannot be opened.
        """
        with claim_folder(self.folder, self.sweep, command):
            outcome = scheduler.run(self.tasks, self.executor)
            write_results(self.folder, self.sweep, outcome)
        return outcome

    def progress(self) -> tuple[int, int]:
        """Return how many trials are complete, and how many there are."""
        return sum(complete_record(task) is not None for task in self.tasks), len(self.tasks)

    def animate(self, outcome: SweepOutcome) -> Path | None:
        """Write the animation of all complete trials, and return its file; None if no trial has a timelapse.

        Raises:
            LimnerError: the movie cannot be written.
        """
        movies = [timelapse_path(task) for task in self.tasks if task["timelapse"] and task["name"] in outcome.records]
        if not movies:
            return None
        path = self.folder / ANIMATION
        draw_animation(path, movies, fps=ANIMATION_FPS, force=True)
        return path

    def rows(self, outcome: SweepOutcome) -> Iterator[dict[str, Any]]:
        """Yield a record for each picture: its ``path``, its settings, its metrics and its ``single_color``, if any."""
        for row in rows(self.sweep, outcome, (*METRICS, "single_color")):
            yield {**row, "path": str(self.folder / row["file"])}

    def summary(self, outcome: SweepOutcome) -> str:
        """Return a line with the number of complete trials and the path of their table."""
        reused = f" ({outcome.reused} from an earlier run)" if outcome.reused else ""
        done = f"{len(outcome.records)} of {len(self.sweep.trials)} trials are done"
        return f"{done}{reused}; see {self.folder / TABLE}"

    def _task(self, trial: Trial, folder: Path, timelapse: Mapping[str, Any] | None) -> dict[str, Any]:
        threads = threads_per_task(self.executor)
        return scheduler.make_task(
            self.sweep, trial, folder, backend=self.backend, threads=threads, timelapse=timelapse
        )
