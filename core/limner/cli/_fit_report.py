"""What ``limner fit`` prints."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.cli import _run_end as end
from limner.console.output import note, result
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.training.evaluation import FitMeasurement
    from limner.training.fit import TrainingOutcome
    from limner.training.plan import FitPlan


def say_start(plan: FitPlan, *, seed: int | None, timelapse: str | None, quiet: bool) -> None:
    """Print what is about to be learned, and where the run starts from."""
    if plan.target_set.note:
        note(plan.target_set.note, quiet=quiet)
    if plan.target_set.codes:
        note(_buttons(plan), quiet=quiet)
    end.note_origin(plan, seed=seed, quiet=quiet)
    end.note_timelapse_start(plan, timelapse, quiet=quiet)
    if plan.resumed:
        done = plan.resumed.header
        if plan.budget.reached(done.step, done.seconds, done.psnr):
            note("which is all that was asked for; give it more --steps, --seconds or --psnr", quiet=quiet)


def say(
    path: Path,
    plan: FitPlan,
    outcome: TrainingOutcome,
    found: FitMeasurement,
    others: list[Path],
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Print the artwork's path on standard output, and its quality."""
    run = outcome.run
    note(f"{quality(found)} after {run.step} steps in {run.seconds:.1f} s", quiet=quiet)
    if plan.train_size and len(plan.target_set) == 1:
        width, height = plan.target.size
        note(f"learned at {width}x{height}: {_decibels(run.psnr)}", quiet=quiet)
    for other in others:
        note(str(other), quiet=quiet)
    told: dict[str, Any] = {
        "path": str(path),
        "seed": outcome.artwork.seed,
        "size": list(outcome.artwork.recipe.size),
        "psnr": _number(found.quality.psnr),
        "ssim": found.quality.ssim,
        "loss": run.best_loss,
        "steps": run.step,
        "seconds": run.seconds,
        "stopped": outcome.reason,
    }
    if len(found.per_image) > 1:
        told["pictures"] = [
            {"path": target.name, "psnr": _number(q.psnr), "ssim": q.ssim}
            for target, q in zip(plan.target_set.targets, found.per_image, strict=True)
        ]
    result(told, str(path), as_json=as_json)


def quality(found: FitMeasurement) -> str:
    """Return PSNR and SSIM in words."""
    return f"{_decibels(found.quality.psnr)}, SSIM {found.quality.ssim:.3f}"


def check_converged(path: Path, outcome: TrainingOutcome) -> None:
    """Report a run that diverged.

    Raises:
        LimnerError: it did; ``path`` holds the best artwork before that.
    """
    if outcome.reason == "diverged":
        raise LimnerError(
            f"the loss is no number after step {outcome.run.step}; {path} holds the best before that; {outcome.fix}"
        )


def _buttons(plan: FitPlan) -> str:
    """Return how many buttons there are, and their labels."""
    from limner.composition.conditioning import labels_of

    labels = labels_of(plan.recipe)
    shown = ", ".join(labels[:12]) + (", ..." if len(labels) > 12 else "")
    spelt = "" if plan.target_set.codes and plan.target_set.codes.labels else "; the files' names say which are pressed"
    return f"{len(labels)} button{'s' if len(labels) > 1 else ''}: {shown}{spelt}"


def _number(psnr: float) -> float | None:
    return psnr if math.isfinite(psnr) else None


def _decibels(psnr: float) -> str:
    return f"{psnr:.2f} dB" if math.isfinite(psnr) else "exact"
