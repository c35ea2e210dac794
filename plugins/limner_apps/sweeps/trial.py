"""The execution of a trial in a worker: it takes plain data, writes files, and returns a record."""

from __future__ import annotations

import json
import math
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.app import LimnerError, PluginError, noting_single_colors
from limner.app.artworks import Artwork, model_of, packages_of, paint
from limner.app.files import atomic_write
from limner.app.registry import attributing, choose_backend, registry
from limner.app.training import TrainingOutcome, make_budget, measure, prepare, record_fit, run_fit, timelapse
from limner_apps.sweeps.executors.local_classes import register_classes
from limner_apps.sweeps.trial_record import read_trial_record

if TYPE_CHECKING:
    from limner.app.training import FitPlan, FitSnapshot
    from limner.plugin import Backend

Task = Mapping[str, Any]
"""A trial as plain data; see ``scheduler.make_task`` for the keys."""


def run_trial(task: Task) -> dict[str, Any]:
    """Paint or fit a trial; write its pictures, its timelapse and, last, its record; return the record.

    A complete trial is not repeated. The record of a failed trial holds its ``error`` and, if a plugin raised an
    exception, a ``traceback``.
    """
    existing = complete_record(task)
    if existing is not None:
        return existing
    try:
        register_classes(task["classes"])
        with attributing():
            runner = choose_backend(str(task["backend"]), registry(), threads=int(task["threads"]))
            rows = _fit(task, runner) if task["image"] else _paint(task, runner)
    except LimnerError as error:
        if not record_path(task).exists():  # delete partial files, but never a trial that was complete before
            for path in Path(task["folder"]).glob(f"{task['name']}*"):
                path.unlink(missing_ok=True)
        return {"name": task["name"], "error": str(error), "traceback": _traceback(error)}
    record = {"name": task["name"], "at_steps": list(task["at_steps"]), "rows": rows}
    with atomic_write(record_path(task), force=True) as file:
        file.write(json.dumps(record, indent=1).encode())
    return record


def _traceback(error: LimnerError) -> str:
    """Return the traceback of what a plugin raised; empty if no plugin raised anything."""
    raised = error.__cause__ if isinstance(error, PluginError) else None
    return "".join(traceback.format_exception(raised)) if raised else ""


def complete_record(task: Task) -> dict[str, Any] | None:
    """Return the record of a complete trial; None if a file is missing, or the record is damaged."""
    record = read_trial_record(record_path(task), str(task["name"]))
    if record is None:
        return None
    expected = [Path(task["folder"]) / row.file for row in record.rows]
    if task["timelapse"]:
        expected.append(timelapse_path(task))
    known, last = {*record.at_steps, *(row.step for row in record.rows)}, record.rows[-1].step
    asked = all(step in known or step > last for step in task["at_steps"])
    return record.model_dump(exclude_unset=True) if asked and all(path.is_file() for path in expected) else None


def record_path(task: Task) -> Path:
    """Return the path of the record of a trial."""
    return Path(task["folder"]) / f"{task['name']}.json"


def timelapse_path(task: Task) -> Path:
    """Return the path of the timelapse of a trial."""
    return Path(task["folder"]) / f"{task['name']}{task['timelapse']['suffix']}"


def _paint(task: Task, runner: Backend) -> list[dict[str, Any]]:
    """Paint a trial, and return its rows."""
    start = time.perf_counter()
    art = paint(task["recipe"], seed=task["seed"], backend=runner)
    path = Path(task["folder"]) / f"{task['name']}.png"
    single_color = _save(art, path, runner)
    return [{"file": path.name, "step": 0, "seconds": time.perf_counter() - start, **single_color}]


def fit_plan(task: Task) -> FitPlan:
    """Return the plan of the fit of a trial."""
    bounds = dict(task["fitting"])
    epochs = bounds.pop("epochs", 0)
    budget = make_budget(bounds.pop("steps", 0), bounds.pop("seconds", 0.0), bounds.pop("psnr", 0.0), epochs)
    width, height = task["size"] or (0, 0)
    return prepare(
        task["image"],
        task["recipe"],
        budget,
        epochs=epochs,
        seed=task["seed"],
        size=(width, height) if task["size"] else None,
        **bounds,
    )


def _fit(task: Task, runner: Backend) -> list[dict[str, Any]]:
    """Fit a trial, and return its rows: one for each of ``at_steps``, and one for the result."""
    plan = fit_plan(task)
    rows: list[dict[str, Any]] = []
    steps = set(task["at_steps"])
    recipe = model_of(plan.recipe).resolved()
    folder = Path(task["folder"])

    def write_snapshot(snapshot: FitSnapshot) -> None:
        run = snapshot.run
        if run.step not in steps or snapshot.last:
            return
        steps.discard(run.step)
        theta = np.array(runner.to_host(run.theta), dtype=np.float32)
        theta.flags.writeable = False
        art = Artwork(recipe, theta, packages_of(recipe))
        rows.append(_row(plan, art, folder / f"{task['name']}-at-{run.step}.png", runner, run.step, run.seconds, None))

    fitted = _run_fit(task, plan, runner, write_snapshot)
    if not math.isfinite(fitted.run.best_loss):
        raise LimnerError(f"the loss is not finite from the start: {fitted.fix}")
    file = folder / f"{task['name']}.png"
    run = fitted.run
    rows.append(_row(plan, fitted.artwork, file, runner, run.step, run.seconds, run.best_loss))
    if fitted.reason == "diverged":
        raise LimnerError(f"the loss is not finite after step {run.step}: {fitted.fix}")
    return rows


def _run_fit(task: Task, plan: FitPlan, runner: Backend, callback: Callable[[FitSnapshot], None]) -> TrainingOutcome:
    """Run the fit, and record its timelapse if the task asks for one."""
    if not task["timelapse"]:
        return run_fit(plan, runner, callback)
    lapse = timelapse(task["timelapse"]["settings"], "painting")
    with record_fit(timelapse_path(task), lapse, plan, force=True) as recorder:

        def both(snapshot: FitSnapshot) -> None:
            callback(snapshot)
            recorder(snapshot)

        return run_fit(plan, runner, both)


def _row(
    plan: FitPlan, art: Artwork, path: Path, runner: Backend, step: int, seconds: float, loss: float | None
) -> dict[str, Any]:
    """Write a picture, and return its row of the record."""
    single_color = _save(art, path, runner)
    measured = measure(path, plan, art, runner)
    psnr = measured.quality.psnr if math.isfinite(measured.quality.psnr) else None
    row = {"file": path.name, "step": step, "psnr": psnr, "ssim": measured.quality.ssim, "loss": loss}
    return {**row, "seconds": seconds, **single_color}


def _save(art: Artwork, path: Path, runner: Backend) -> dict[str, Any]:
    """Write a picture, and return the field ``single_color`` of its row; no field if it has several colours."""
    with noting_single_colors(quiet=True) as single_colors:  # the command reports all trials together
        art.save(path, backend=runner, force=True)
    return single_colors.record(path)
