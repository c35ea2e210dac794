"""The messages that ``limner fit`` prints."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.cli import _rendering_cost
from limner.cli import _run_end as end
from limner.console.output import print_note, print_result
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.stages.backend import Backend
    from limner.training.evaluation import FitMeasurement
    from limner.training.fit import TrainingOutcome
    from limner.training.plan import FitPlan


def print_start(plan: FitPlan, *, seed: int | None, resume: bool, timelapse: str | None, quiet: bool) -> None:
    """Print the notes about the pictures and the codes of a fit, and its seed or checkpoint."""
    if plan.target_set.note:
        print_note(plan.target_set.note, quiet=quiet)
    if plan.target_set.codes:
        print_note(_describe_buttons(plan), quiet=quiet)
    end.note_origin(plan, seed=seed, resume=resume, quiet=quiet)
    end.note_timelapse_start(plan, timelapse, quiet=quiet)
    if plan.resumed:
        done = plan.resumed.header
        if plan.budget.reached(done.step, done.seconds, done.psnr):
            print_note(
                "the run has already reached its limit; raise --steps, --epochs, --seconds or --psnr to continue",
                quiet=quiet,
            )


def print_cost(
    plan: FitPlan,
    path: Path,
    *,
    dpi: float,
    options: dict[str, Any],
    backend: Backend,
    force: bool,
    quiet: bool,
) -> None:
    """Print what it costs to render the artwork after the fit, if it is large.

    Raises:
        LimnerError: the artwork cannot be saved to the file, or cannot be rendered.
    """
    from limner.artworks.painting import init_artwork
    from limner.artworks.preflight.cost import is_large
    from limner.imaging.canvas import Canvas

    canvas = Canvas(plan.recipe.size)
    if not quiet and is_large(canvas):  # the time does not depend on the values of the parameters
        untrained = init_artwork(plan.recipe)
        finish = {"dpi": dpi, "options": options}
        _rendering_cost.print_cost(untrained, path, canvas, backend, finish, force=force, quiet=quiet)


def print_outcome(
    path: Path,
    plan: FitPlan,
    outcome: TrainingOutcome,
    measurement: FitMeasurement,
    others: list[Path],
    more: dict[str, Any],
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Print the path of the artwork on standard output, and its quality on standard error.

    ``more`` are further fields of the JSON record.
    """
    run = outcome.run
    print_note(f"{quality(measurement)} after {run.step} steps in {run.seconds:.1f} s", quiet=quiet)
    if plan.train_size and len(plan.target_set) == 1:
        width, height = plan.target.size
        print_note(f"at the training size {width}x{height}: {_decibels(run.psnr)}", quiet=quiet)
    for other in others:
        print_note(str(other), quiet=quiet)
    record: dict[str, Any] = {
        "path": str(path),
        "seed": outcome.artwork.seed,
        "size": list(outcome.artwork.recipe.size),
        "psnr": _number(measurement.quality.psnr),
        "ssim": measurement.quality.ssim,
        "loss": run.best_loss,
        "steps": run.step,
        "seconds": run.seconds,
        "stopped": outcome.reason,
    }
    if len(measurement.per_image) > 1:
        record["pictures"] = [
            {"path": target.name, "psnr": _number(q.psnr), "ssim": q.ssim}
            for target, q in zip(plan.target_set.targets, measurement.per_image, strict=True)
        ]
    print_result(record | more, str(path), as_json=as_json)


def quality(measurement: FitMeasurement) -> str:
    """Return PSNR and SSIM as text."""
    return f"{_decibels(measurement.quality.psnr)}, SSIM {measurement.quality.ssim:.3f}"


def check_converged(path: Path, outcome: TrainingOutcome) -> None:
    """Raise an error for a run that diverged.

    Raises:
        LimnerError: the run diverged; ``path`` holds the best artwork before that.
    """
    if outcome.reason == "diverged":
        raise LimnerError(
            f"the loss is not finite after step {outcome.run.step}; {path} holds the best result before that; "
            f"{outcome.fix}"
        )


def _describe_buttons(plan: FitPlan) -> str:
    """Return the number of buttons and their labels as text."""
    from limner.composition.conditioning import labels_of

    labels = labels_of(plan.recipe)
    shown = ", ".join(labels[:12]) + (", ..." if len(labels) > 12 else "")
    rule = "" if plan.target_set.codes and plan.target_set.codes.labels else "; the codes come from the file names"
    return f"{len(labels)} button{'s' if len(labels) > 1 else ''}: {shown}{rule}"


def _number(psnr: float) -> float | None:
    return psnr if math.isfinite(psnr) else None


def _decibels(psnr: float) -> str:
    return f"{psnr:.2f} dB" if math.isfinite(psnr) else "exact"
