"""The scheduler of a sweep: it submits trials, collects their records, and retries those whose worker died."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import Executor as Pool
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.app import LimnerError, reason
from limner.app.registry import Progress, attribute, registry, stage_error
from limner_apps.sweeps.executors.local_classes import local_classes
from limner_apps.sweeps.folder_format import TRIALS
from limner_apps.sweeps.trial import complete_record, run_trial

if TYPE_CHECKING:
    from limner_apps.sweeps.executor import Executor
    from limner_apps.sweeps.sweep import Sweep, Trial

TASKS_PER_WORKER = 4
"""Number of trials that are submitted ahead, per worker."""
MIN_PENDING = 64
"""Minimum number of submitted trials: clusters have many workers, and fetching the next trial takes time."""


@dataclass
class SweepOutcome:
    """The results of a sweep.

    Attributes:
        records: records of complete trials, by name.
        failed: reasons why trials failed, by name.
        tracebacks: tracebacks of trials in which a plugin raised an exception, by name.
        reused: the number of trials that were complete before.
    """

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    tracebacks: dict[str, str] = field(default_factory=dict)
    reused: int = 0


def make_task(
    sweep: Sweep, trial: Trial, folder: Path, *, backend: str, threads: int, timelapse: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return a trial as plain data."""
    return {
        "folder": str((folder / TRIALS).absolute()),
        "name": trial.name,
        "recipe": dict(trial.recipe),
        "seed": trial.seed,
        "image": trial.image,
        "size": list(sweep.size) if sweep.size else None,
        "fitting": sweep.fitting.table(),
        "at_steps": list(sweep.fitting.at_steps) if trial.image else [],
        "timelapse": dict(timelapse) if timelapse and trial.image else None,
        "backend": backend,
        "threads": threads,
        "classes": local_classes(trial.recipe),
    }


def run(tasks: Sequence[Mapping[str, Any]], executor: Executor) -> SweepOutcome:
    """Run all tasks that are not complete yet.

    Raises:
        LimnerError: the executor cannot be opened.
    """
    outcome = SweepOutcome()
    missing = []
    for task in tasks:
        record = complete_record(task)
        if record is None:
            missing.append(task)
        else:
            outcome.records[task["name"]] = record
    outcome.reused = len(outcome.records)
    if missing:
        opened = executor.open()
        if not isinstance(opened, AbstractContextManager):
            raise stage_error(executor, f"open() must return a context manager, got {opened!r:.80}")
        with opened as pool:
            _run_tasks(missing, pool, executor, outcome, len(tasks))
    return outcome


def _run_tasks(
    tasks: Sequence[Mapping[str, Any]], pool: Pool, executor: Executor, outcome: SweepOutcome, total: int
) -> None:
    """Keep the pool busy until all tasks are done; resubmit tasks whose worker died."""
    queue, attempts = iter(tasks), Counter[str]()
    pending: dict[Future[Any], Mapping[str, Any]] = {}

    def fill() -> None:
        while len(pending) < max(MIN_PENDING, TASKS_PER_WORKER * executor.parallelism()):
            task = next(queue, None)
            if task is None:
                return
            pending[pool.submit(run_trial, dict(task))] = task

    try:
        fill()
        while pending:
            done, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                task = pending.pop(future)
                if future.cancelled():
                    raise LimnerError(
                        "the executor stopped and its running trials are lost; run the same command to continue"
                    )
                error = future.exception()
                if (
                    error is not None
                    and executor.failed_workers(error)
                    and attempts[task["name"]] < executor.max_attempts - 1
                ):
                    attempts[task["name"]] += 1
                    pending[pool.submit(run_trial, dict(task))] = task
                    continue
                _add_result(task, future, error, executor, outcome)
                registry().emit(Progress("sweep", len(outcome.records) + len(outcome.failed), total))
            fill()
    except BaseException:
        for future in pending:
            future.cancel()
        raise


def _add_result(
    task: Mapping[str, Any], future: Future[Any], error: BaseException | None, executor: Executor, outcome: SweepOutcome
) -> None:
    """Add the record or the error of a finished task to the outcome."""
    name = task["name"]
    if error is not None:
        stage = attribute(error)
        cause = f"{stage}: {reason(error)}" if stage else reason(error)
        outcome.failed[name] = "its worker died three times" if executor.failed_workers(error) else cause
        return
    record = future.result()
    if "error" in record:
        outcome.failed[name] = record["error"]
        if record.get("traceback"):
            outcome.tracebacks[name] = record["traceback"]
    else:
        outcome.records[name] = record
