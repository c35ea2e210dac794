"""A cell of a sweep, worked on by whoever it is handed to: plain data goes in, files and a record come out."""

from __future__ import annotations

import json
import math
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.app import LimnerError, PluginError
from limner.app.artworks import Artwork, model_of, packages_of, paint
from limner.app.files import atomic_write
from limner.app.registry import attributing, choose_backend, registry
from limner.app.training import TrainingOutcome, make_budget, measure, prepare, record_fit, run_fit, timelapse
from limner_apps.sweeps.executors.local_classes import register_classes

if TYPE_CHECKING:
    from limner.app.training import FitPlan, FitSnapshot
    from limner.plugin import Backend

Task = Mapping[str, Any]
"""``folder``, ``name``, ``recipe``, ``seed``, ``image``, ``size``, ``fitting``, ``at_steps``, ``movie``, ``backend``,
``threads``, ``classes``."""


def run_trial(task: Task) -> dict[str, Any]:
    """Paint or fit a cell, and write its pictures, its movie and its record, the record last.

    What is there already whole is not done again. A mistake of the request's comes back as ``error``, a plugin's with
    its ``traceback``.
    """
    done = is_complete(task)
    if done is not None:
        return done
    try:
        register_classes(task["classes"])
        with attributing():
            runner = choose_backend(str(task["backend"]), registry(), threads=int(task["threads"]))
            rows = _fit(task, runner) if task["image"] else _paint(task, runner)
    except LimnerError as error:
        if not record_of(task).exists():  # what it wrote before it failed, but never a cell that was whole before
            for path in Path(task["folder"]).glob(f"{task['name']}*"):
                path.unlink(missing_ok=True)
        return {"name": task["name"], "error": str(error), "traceback": _traceback(error)}
    record = {"name": task["name"], "asked": list(task["at_steps"]), "rows": rows}
    with atomic_write(record_of(task), force=True) as file:
        file.write(json.dumps(record, indent=1).encode())
    return record


def _traceback(error: LimnerError) -> str:
    """Return the traceback of what a plugin raised; empty if no plugin raised anything."""
    raised = error.__cause__ if isinstance(error, PluginError) else None
    return "".join(traceback.format_exception(raised)) if raised else ""


def is_complete(task: Task) -> dict[str, Any] | None:
    """The record of a cell whose files are all there; None where one is missing."""
    try:
        record: dict[str, Any] = json.loads(record_of(task).read_text("utf-8"))
        files = [row["file"] for row in record["rows"]]
        last = record["rows"][-1]["step"]
        asked = {*record["asked"], *(row["step"] for row in record["rows"])}
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
    wanted = [Path(task["folder"]) / file for file in files]
    if task["timelapse"]:
        wanted.append(timelapse_of(task))
    there = all(path.is_file() for path in wanted) and all(step in asked or step > last for step in task["at_steps"])
    return record if there else None


def record_of(task: Task) -> Path:
    """Where a cell's record lies."""
    return Path(task["folder"]) / f"{task['name']}.json"


def timelapse_of(task: Task) -> Path:
    """Where its movie lies."""
    return Path(task["folder"]) / f"{task['name']}{task['timelapse']['suffix']}"


def _paint(task: Task, runner: Backend) -> list[dict[str, Any]]:
    start = time.perf_counter()
    art = paint(task["recipe"], seed=task["seed"], backend=runner)
    file = f"{task['name']}.png"
    art.save(Path(task["folder"]) / file, backend=runner, force=True)
    return [{"file": file, "step": 0, "seconds": time.perf_counter() - start}]


def _fit(task: Task, runner: Backend) -> list[dict[str, Any]]:
    bounds = dict(task["fitting"])
    epochs = bounds.pop("epochs", 0)
    budget = make_budget(bounds.pop("steps", 0), bounds.pop("seconds", 0.0), bounds.pop("psnr", 0.0), epochs)
    width, height = task["size"] or (0, 0)
    plan = prepare(
        task["image"],
        task["recipe"],
        budget,
        epochs=epochs,
        seed=task["seed"],
        size=(width, height) if task["size"] else None,
        **bounds,
    )
    rows: list[dict[str, Any]] = []
    steps = set(task["at_steps"])
    recipe = model_of(plan.recipe).resolved()
    folder = Path(task["folder"])

    def keep(snapshot: FitSnapshot) -> None:
        run = snapshot.run
        if run.step not in steps or snapshot.last:
            return
        steps.discard(run.step)
        theta = np.array(runner.to_host(run.theta), dtype=np.float32)
        theta.flags.writeable = False
        art = Artwork(recipe, theta, packages_of(recipe))
        rows.append(_row(plan, art, folder / f"{task['name']}-at-{run.step}.png", runner, run.step, run.seconds, None))

    fitted = _filmed(task, plan, runner, keep)
    if not math.isfinite(fitted.run.best_loss):
        raise LimnerError(f"the loss is no number from the start: {fitted.fix}")
    file = folder / f"{task['name']}.png"
    run = fitted.run
    rows.append(_row(plan, fitted.artwork, file, runner, run.step, run.seconds, run.best_loss))
    if fitted.reason == "diverged":
        raise LimnerError(f"the loss is no number after step {run.step}: {fitted.fix}")
    return rows


def _filmed(task: Task, plan: FitPlan, runner: Backend, keep: Callable[[FitSnapshot], None]) -> TrainingOutcome:
    if not task["timelapse"]:
        return run_fit(plan, runner, keep)
    lapse = timelapse(task["timelapse"]["settings"], "painting")
    with record_fit(timelapse_of(task), lapse, plan, force=True) as recorder:

        def both(snapshot: FitSnapshot) -> None:
            keep(snapshot)
            recorder(snapshot)

        return run_fit(plan, runner, both)


def _row(
    plan: FitPlan, art: Artwork, path: Path, runner: Backend, step: int, seconds: float, loss: float | None
) -> dict[str, Any]:
    """Write a picture; its part of the record."""
    art.save(path, backend=runner, force=True)
    found = measure(path, plan, art, runner)
    psnr = found.quality.psnr if math.isfinite(found.quality.psnr) else None
    row = {"file": path.name, "step": step, "psnr": psnr, "ssim": found.quality.ssim, "loss": loss}
    return {**row, "seconds": seconds}
