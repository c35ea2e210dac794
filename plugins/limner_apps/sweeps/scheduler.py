"""Sweeping: the cells of a sweep handed out, gathered, and handed out again where a worker died."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import Executor as Pool
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.errors import LimnerError
from limner.recipes.overrides import show_value
from limner.registry.events import Progress
from limner.registry.registry import registry
from limner.utils.atomic_files import replacing, sweep_up
from limner.utils.paths import os_reason
from limner_apps.sweeps import trial as cells

if TYPE_CHECKING:
    from limner_apps.sweeps.executor import Executor
    from limner_apps.sweeps.sweep import Cell, Sweep

AHEAD = 4
"""Cells in the hands of the pool for each worker,"""
LEAST = 64
"""and at least: a cluster's workers are many, and asking for the next takes time."""
RECORD = "sweep.json"
CELLS = "cells"
"""The folder of the cells, in the sweep's."""
COLUMNS = ("file", "image", "seed")
FIGURES = ("step", "psnr", "ssim", "loss", "seconds")


@dataclass
class Outcome:
    """What came of a sweep.

    Attributes:
        records: of the cells that are whole, by name.
        failed: why the others are not.
        reused: how many were there already.
    """

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    reused: int = 0


@contextmanager
def claimed(folder: Path, sweep: Sweep, command: str) -> Iterator[None]:
    """The folder as this sweep's alone, made where it is not there; it may hold the sweep already, with other cells.

    Raises:
        LimnerError: it holds another sweep, or something else, or one that runs, or cannot be made.
    """
    fresh = not folder.exists()
    _check(folder, sweep)
    with _undone(folder if fresh else None), _locked(folder):
        sweep_up(folder / CELLS)
        record = {"name": sweep.name, "command": command, "identity": sweep.identity}
        with replacing(folder / RECORD, force=True) as file:
            file.write(json.dumps(record, indent=1).encode())
        yield
        sweep_up(folder / CELLS)


@contextmanager
def _undone(folder: Path | None) -> Iterator[None]:
    """Take away a folder that nothing came into."""
    try:
        yield
    except BaseException:
        if folder and not any((folder / CELLS).glob("*.json")):
            shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """No other sweep works on the folder; where the system has no such locks, nobody is asked."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows
        yield
        return
    with (folder / CELLS).joinpath(".lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LimnerError(f"{folder}: a sweep is at work on it; wait for it, or name another with -o") from error
        except OSError:  # a share that knows no locks
            pass
        yield


def _check(folder: Path, sweep: Sweep) -> None:
    record = folder / RECORD
    try:
        if record.exists():
            there = json.loads(record.read_text("utf-8"))
            if there.get("identity") != sweep.identity:
                raise LimnerError(
                    f"{folder}: holds another sweep, of {there.get('name')}; name another folder with -o, "
                    f"or go on with that one: {there.get('command')}"
                )
        elif folder.exists() and any(folder.iterdir()):
            raise LimnerError(f"{folder}: holds something else than a sweep; name another folder with -o")
        (folder / CELLS).mkdir(exist_ok=True, parents=True)
    except OSError as error:
        raise LimnerError(f"{folder}: cannot be used: {os_reason(error)}") from error
    except (ValueError, AttributeError) as error:
        raise LimnerError(f"{record}: is damaged; name another folder with -o") from error


def task_of(
    sweep: Sweep, one: Cell, folder: Path, *, backend: str, threads: int, movie: Mapping[str, Any] | None
) -> dict[str, Any]:
    """A cell as plain data."""
    return {
        "folder": str((folder / CELLS).absolute()),
        "name": one.name,
        "recipe": dict(one.recipe),
        "seed": one.seed,
        "image": one.image,
        "size": list(sweep.size) if sweep.size else None,
        "fitting": sweep.fitting.table(),
        "at_steps": list(sweep.fitting.at_steps) if one.image else [],
        "movie": dict(movie) if movie and one.image else None,
        "backend": backend,
        "threads": threads,
    }


def run(tasks: Sequence[Mapping[str, Any]], executor: Executor) -> Outcome:
    """Work on all tasks that are not whole yet.

    Raises:
        LimnerError: the executor cannot be opened.
    """
    outcome = Outcome()
    missing = []
    for task in tasks:
        done = cells.whole(task)
        if done is None:
            missing.append(task)
        else:
            outcome.records[task["name"]] = done
    outcome.reused = len(outcome.records)
    if missing:
        with executor.open() as pool:
            _hand_out(missing, pool, executor, outcome, len(tasks))
    return outcome


def _hand_out(tasks: Sequence[Mapping[str, Any]], pool: Pool, executor: Executor, outcome: Outcome, total: int) -> None:
    """Keep the pool busy; a cell whose worker died goes to another."""
    queue, deaths = iter(tasks), Counter[str]()
    pending: dict[Future[Any], Mapping[str, Any]] = {}

    def fill() -> None:
        while len(pending) < max(LEAST, AHEAD * executor.parallelism()):
            task = next(queue, None)
            if task is None:
                return
            pending[pool.submit(cells.work, dict(task))] = task

    try:
        fill()
        while pending:
            done, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                task = pending.pop(future)
                if future.cancelled():
                    raise LimnerError("the executor is gone, and took what it did with it; the same command goes on")
                error = future.exception()
                if error is not None and executor.died(error) and deaths[task["name"]] < executor.lives - 1:
                    deaths[task["name"]] += 1
                    pending[pool.submit(cells.work, dict(task))] = task
                    continue
                _settle(task, future, error, executor, outcome)
                registry().emit(Progress("sweep", len(outcome.records) + len(outcome.failed), total))
            fill()
    except BaseException:
        for future in pending:
            future.cancel()
        raise


def _settle(
    task: Mapping[str, Any], future: Future[Any], error: BaseException | None, executor: Executor, outcome: Outcome
) -> None:
    name = task["name"]
    if error is not None:
        what = "its workers died, three times" if executor.died(error) else f"{type(error).__name__}: {error}"
        outcome.failed[name] = " ".join(what.split())
        return
    record = future.result()
    if "error" in record:
        outcome.failed[name] = record["error"]
    else:
        outcome.records[name] = record


def rows(sweep: Sweep, outcome: Outcome) -> Iterator[dict[str, Any]]:
    """A row for each picture of the sweep, in the order of its cells; files are told from the sweep's folder."""
    for one in sweep.cells:
        for row in outcome.records.get(one.name, {}).get("rows", ()):
            head = {"file": f"{CELLS}/{row['file']}", "image": one.image, "seed": one.seed}
            yield {**head, **one.point, **{name: row[name] for name in FIGURES if name in row}}


def write_results(folder: Path, sweep: Sweep, outcome: Outcome) -> None:
    """``results.csv`` and ``results.jsonl``: settings and figures of every picture."""
    table = list(rows(sweep, outcome))
    text = io.StringIO(newline="")
    columns = [*COLUMNS, *(axis.path for axis in sweep.axes), *FIGURES]
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    for row in table:
        writer.writerow({name: _shown(value) for name, value in row.items()})
    lines = "".join(json.dumps(row) + "\n" for row in table)
    for name, content in (("results.csv", text.getvalue()), ("results.jsonl", lines)):
        with replacing(folder / name, force=True) as file:
            file.write(content.encode())


def _shown(value: Any) -> Any:
    if value is None:
        return ""
    return show_value(value) if isinstance(value, (list, tuple, bool)) else value
