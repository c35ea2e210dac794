"""Sweeping: the cells of a sweep handed out, gathered, and handed out again where a worker died."""

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
from limner_apps.sweeps import trial as cells
from limner_apps.sweeps.executors.local_classes import local_classes
from limner_apps.sweeps.folder_format import TRIALS

if TYPE_CHECKING:
    from limner_apps.sweeps.executor import Executor
    from limner_apps.sweeps.sweep import Sweep, Trial

AHEAD = 4
"""Cells in the hands of the pool for each worker,"""
LEAST = 64
"""and at least: a cluster's workers are many, and asking for the next takes time."""


@dataclass
class SweepOutcome:
    """What came of a sweep.

    Attributes:
        records: of the cells that are whole, by name.
        failed: why the others are not.
        tracebacks: of those that failed because a plugin raised an exception, by name.
        reused: how many were there already.
    """

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    tracebacks: dict[str, str] = field(default_factory=dict)
    reused: int = 0


def task_of(
    sweep: Sweep, one: Trial, folder: Path, *, backend: str, threads: int, movie: Mapping[str, Any] | None
) -> dict[str, Any]:
    """A cell as plain data."""
    return {
        "folder": str((folder / TRIALS).absolute()),
        "name": one.name,
        "recipe": dict(one.recipe),
        "seed": one.seed,
        "image": one.image,
        "size": list(sweep.size) if sweep.size else None,
        "fitting": sweep.fitting.table(),
        "at_steps": list(sweep.fitting.at_steps) if one.image else [],
        "timelapse": dict(movie) if movie and one.image else None,
        "backend": backend,
        "threads": threads,
        "classes": local_classes(one.recipe),
    }


def run(tasks: Sequence[Mapping[str, Any]], executor: Executor) -> SweepOutcome:
    """Work on all tasks that are not whole yet.

    Raises:
        LimnerError: the executor cannot be opened.
    """
    outcome = SweepOutcome()
    missing = []
    for task in tasks:
        done = cells.is_complete(task)
        if done is None:
            missing.append(task)
        else:
            outcome.records[task["name"]] = done
    outcome.reused = len(outcome.records)
    if missing:
        opened = executor.open()
        if not isinstance(opened, AbstractContextManager):
            raise stage_error(executor, f"open() must return a context manager, got {opened!r:.80}")
        with opened as pool:
            _hand_out(missing, pool, executor, outcome, len(tasks))
    return outcome


def _hand_out(
    tasks: Sequence[Mapping[str, Any]], pool: Pool, executor: Executor, outcome: SweepOutcome, total: int
) -> None:
    """Keep the pool busy; a cell whose worker died goes to another."""
    queue, deaths = iter(tasks), Counter[str]()
    pending: dict[Future[Any], Mapping[str, Any]] = {}

    def fill() -> None:
        while len(pending) < max(LEAST, AHEAD * executor.parallelism()):
            task = next(queue, None)
            if task is None:
                return
            pending[pool.submit(cells.run_trial, dict(task))] = task

    try:
        fill()
        while pending:
            done, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                task = pending.pop(future)
                if future.cancelled():
                    raise LimnerError("the executor is gone, and took what it did with it; the same command goes on")
                error = future.exception()
                if (
                    error is not None
                    and executor.failed_workers(error)
                    and deaths[task["name"]] < executor.max_attempts - 1
                ):
                    deaths[task["name"]] += 1
                    pending[pool.submit(cells.run_trial, dict(task))] = task
                    continue
                _settle(task, future, error, executor, outcome)
                registry().emit(Progress("sweep", len(outcome.records) + len(outcome.failed), total))
            fill()
    except BaseException:
        for future in pending:
            future.cancel()
        raise


def _settle(
    task: Mapping[str, Any], future: Future[Any], error: BaseException | None, executor: Executor, outcome: SweepOutcome
) -> None:
    name = task["name"]
    if error is not None:
        found = attribute(error)
        what = f"{found}: {reason(error)}" if found else reason(error)
        outcome.failed[name] = "its workers died, three times" if executor.failed_workers(error) else what
        return
    record = future.result()
    if "error" in record:
        outcome.failed[name] = record["error"]
        if record.get("traceback"):
            outcome.tracebacks[name] = record["traceback"]
    else:
        outcome.records[name] = record
