"""What ``limner fit`` prints."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.cli import _run_end as end
from limner.console.output import note, result
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.training.evaluation import Measured
    from limner.training.fit import Fitted
    from limner.training.plan import Job


def say_start(job: Job, *, seed: int | None, timelapse: str | None, quiet: bool) -> None:
    """Print what is about to be learned, and where the run starts from."""
    if job.album.told:
        note(job.album.told, quiet=quiet)
    if job.album.codes:
        note(_buttons(job), quiet=quiet)
    end.note_origin(job, seed=seed, quiet=quiet)
    end.note_timelapse_start(job, timelapse, quiet=quiet)
    if job.kept:
        done = job.kept.header
        if job.budget.reached(done.step, done.seconds, done.psnr):
            note("which is all that was asked for; give it more --steps, --seconds or --psnr", quiet=quiet)


def say(
    path: Path, job: Job, fitted: Fitted, found: Measured, others: list[Path], *, as_json: bool, quiet: bool
) -> None:
    """Print the artwork's path on standard output, and its quality."""
    run = fitted.run
    note(f"{quality(found)} after {run.step} steps in {run.seconds:.1f} s", quiet=quiet)
    if job.train_size and len(job.album) == 1:
        width, height = job.target.size
        note(f"learned at {width}x{height}: {_decibels(run.psnr)}", quiet=quiet)
    for other in others:
        note(str(other), quiet=quiet)
    told: dict[str, Any] = {
        "path": str(path),
        "seed": fitted.artwork.seed,
        "size": list(fitted.artwork.recipe.size),
        "psnr": _number(found.quality.psnr),
        "ssim": found.quality.ssim,
        "loss": run.best_loss,
        "steps": run.step,
        "seconds": run.seconds,
        "stopped": fitted.reason,
    }
    if len(found.each) > 1:
        told["pictures"] = [
            {"path": target.name, "psnr": _number(q.psnr), "ssim": q.ssim}
            for target, q in zip(job.album.targets, found.each, strict=True)
        ]
    result(told, str(path), as_json=as_json)


def quality(found: Measured) -> str:
    """Return PSNR and SSIM in words."""
    return f"{_decibels(found.quality.psnr)}, SSIM {found.quality.ssim:.3f}"


def check_converged(path: Path, fitted: Fitted) -> None:
    """Report a run that diverged.

    Raises:
        LimnerError: it did; ``path`` holds the best artwork before that.
    """
    if fitted.reason == "diverged":
        raise LimnerError(
            f"the loss is no number after step {fitted.run.step}; {path} holds the best before that; {fitted.mend}"
        )


def _buttons(job: Job) -> str:
    """Return how many buttons there are, and their labels."""
    from limner.composition.conditioning import labels_of

    labels = labels_of(job.recipe)
    shown = ", ".join(labels[:12]) + (", ..." if len(labels) > 12 else "")
    spelt = "" if job.album.codes and job.album.codes.labels else "; the files' names say which are pressed"
    return f"{len(labels)} button{'s' if len(labels) > 1 else ''}: {shown}{spelt}"


def _number(psnr: float) -> float | None:
    return psnr if math.isfinite(psnr) else None


def _decibels(psnr: float) -> str:
    return f"{psnr:.2f} dB" if math.isfinite(psnr) else "exact"
