"""A sweep at work: estimated, or run into a folder that keeps its trials, its tables and its animation."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.app import LimnerError
from limner_apps.sweeps import scheduler, trial
from limner_apps.sweeps.claim import claimed
from limner_apps.sweeps.executor_choice import threads_each
from limner_apps.sweeps.folder_format import TABLE, TRIALS
from limner_apps.sweeps.report.animation import draw_animation
from limner_apps.sweeps.report.results import rows, write_results

if TYPE_CHECKING:
    from limner_apps.sweeps.executor import Executor
    from limner_apps.sweeps.scheduler import SweepOutcome
    from limner_apps.sweeps.sweep import Sweep, Trial

MOVIE: Mapping[str, Any] = {"suffix": ".gif", "settings": {}}
"""The timelapse of a trial."""
ANIMATION = "animations.gif"
RATE = 10.0
"""Frames per second of the animation of all trials."""


@dataclass(frozen=True)
class Estimate:
    """How long a sweep takes.

    Attributes:
        trials: how many there are.
        seconds_each: how long the first one took.
        workers: how many trials run at once.
    """

    trials: int
    seconds_each: float
    workers: int

    @property
    def seconds(self) -> float:
        """How long all trials take."""
        return self.seconds_each * self.trials / self.workers

    def record(self) -> dict[str, Any]:
        """Return the figures as JSON holds them."""
        figures = {"trials": self.trials, "seconds_each": self.seconds_each}
        return {**figures, "workers": self.workers, "seconds": self.seconds}

    def __str__(self) -> str:
        each = f"{self.trials:,} cells; one takes {self.seconds_each:.2f} s"
        return f"{each}, all of them about {_duration(self.seconds)} on {self.workers} workers"


def _duration(seconds: float) -> str:
    for unit, size in (("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} seconds"


@dataclass(frozen=True, eq=False)
class SweepRun:
    """A sweep, and where it is run.

    Attributes:
        sweep: what is swept.
        folder: where its trials are written.
        executor: where they are worked on.
        backend: the name of the backend of each trial.
    """

    sweep: Sweep
    folder: Path
    executor: Executor
    backend: str = "auto"

    @cached_property
    def tasks(self) -> list[dict[str, Any]]:
        """The trials as plain data."""
        movie = MOVIE if self.sweep.animations else None
        return [self._task(one, self.folder, movie) for one in self.sweep.trials]

    def estimate(self) -> Estimate:
        """Run one trial in a folder that is deleted, and return how long all of them take.

        Raises:
            LimnerError: the trial fails.
        """
        with tempfile.TemporaryDirectory() as place:
            (Path(place) / TRIALS).mkdir()
            task = self._task(next(self.sweep.each()), Path(place), movie=None)
            start = time.perf_counter()
            done = trial.run_trial(task)
            took = time.perf_counter() - start
        if "error" in done:
            raise LimnerError(f"the first cell fails: {done['error']}")
        return Estimate(len(self.sweep), took, max(1, self.executor.parallelism()))

    def run(self, command: str = "") -> SweepOutcome:
        """Run the trials that the folder does not hold yet, and write the tables of all.

        Args:
            command: the command line that makes this sweep, for whoever finds the folder.

        Raises:
            LimnerError: the folder holds something else, or the executor cannot be opened.
        """
        with claimed(self.folder, self.sweep, command):
            outcome = scheduler.run(self.tasks, self.executor)
            write_results(self.folder, self.sweep, outcome)
        return outcome

    def animate(self, outcome: SweepOutcome) -> Path | None:
        """Write the animation of all complete trials, and return its file; None if the sweep has none.

        Raises:
            LimnerError: the movie cannot be written.
        """
        movies = [
            trial.timelapse_of(task) for task in self.tasks if task["timelapse"] and task["name"] in outcome.records
        ]
        if not movies:
            return None
        path = self.folder / ANIMATION
        draw_animation(path, movies, rate=RATE, force=True)
        return path

    def rows(self, outcome: SweepOutcome) -> Iterator[dict[str, Any]]:
        """Yield a record for each picture: its ``path``, its settings and its figures."""
        for row in rows(self.sweep, outcome):
            yield {**row, "path": str(self.folder / row["file"])}

    def summary(self, outcome: SweepOutcome) -> str:
        """Return how many trials are complete, and where their table is."""
        reused = f", {outcome.reused} of them there before" if outcome.reused else ""
        return f"{len(outcome.records)} of {len(self.sweep.trials)} cells{reused}; {self.folder / TABLE}"

    def _task(self, one: Trial, folder: Path, movie: Mapping[str, Any] | None) -> dict[str, Any]:
        threads = threads_each(self.executor)
        return scheduler.task_of(self.sweep, one, folder, backend=self.backend, threads=threads, movie=movie)
