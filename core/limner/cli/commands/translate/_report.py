"""The messages that ``limner translate train`` prints."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.cli import _run_end as end
from limner.console.output import print_note, print_result
from limner.console.skipped import print_skipped
from limner.errors import LimnerError
from limner.stages.optimization.diagnostics import diagnostics_of

if TYPE_CHECKING:
    from limner.translation.plan import TranslationPlan
    from limner.translation.train import TranslationResult

COLLAPSE_DIVERSITY = 0.4
"""Diversity of the outputs, as a fraction of the targets', below which adversarial training counts as mode collapse."""

MIN_COLLAPSE_STEPS = 500
"""Steps before which low diversity is no sign of mode collapse: an untrained network makes similar pictures."""


def print_start(plan: TranslationPlan, *, seed: int | None, resume: bool, timelapse: str | None, quiet: bool) -> None:
    """Print the notes about the images and the training, and its seed or checkpoint."""
    pairs = plan.dataset
    print_skipped(pairs.skipped, quiet=quiet)
    for message in dict.fromkeys((pairs.sources.note, pairs.targets.note)):
        if message:
            print_note(message, quiet=quiet)
    width, height = pairs.size
    count = len(pairs.training)
    print_note(
        f"{count} training picture{'s' * (count > 1)} of {width}x{height}, {len(pairs.validation)} for validation",
        quiet=quiet,
    )
    for message in (diagnostics_of(plan.trainer).description(), *plan.preflight_warnings):
        if message:
            print_note(message, quiet=quiet)
    end.note_origin(plan, seed=seed, resume=resume, quiet=quiet)
    if plan.batch_note:
        print_note(plan.batch_note, quiet=quiet)
    end.note_timelapse_start(plan, timelapse, quiet=quiet)


def check_converged(
    path: Path, plan: TranslationPlan, outcome: TranslationResult, failures: Sequence[LimnerError]
) -> None:
    """Raise an error for a run that diverged.

    The message names what is left: the best network before that or, after adversarial training, the last evaluated
    one and the checkpoint.

    Raises:
        LimnerError: the run diverged; the message ends with the reasons for missing files.
    """
    if outcome.training.reason != "diverged":
        return
    run, remains = outcome.training.run, f"{path} holds the best network before that"
    if plan.trainer.traits().keep_last:
        remains = f"{path} holds the last evaluated network, of step {run.evaluated_at}"
        if outcome.checkpoint_step is not None:
            remains += f", {plan.checkpoint_path} the run after step {outcome.checkpoint_step}"
    message = f"the loss is not finite after step {run.step}; {remains}; {outcome.training.fix}"
    raise LimnerError("; ".join([message, *map(str, failures)]))


def print_outcome(
    path: Path, plan: TranslationPlan, outcome: TranslationResult, names: list[Path], *, as_json: bool, quiet: bool
) -> None:
    """Print the path of the network on standard output, and its quality on standard error."""
    run = outcome.training.run
    diagnostics = diagnostics_of(plan.trainer)
    for message in (
        *_describe_quality(outcome),
        _collapse_warning(plan, outcome),
        diagnostics.summary(run.state),
    ):
        if message:
            print_note(message, quiet=quiet)
    for name in names:
        print_note(str(name), quiet=quiet)
    metrics = diagnostics.final_metrics(run.state)
    record: dict[str, Any] = {
        **{name: value if math.isfinite(value) else None for name, value in metrics.items()},
        "path": str(path),
        "seed": plan.recipe.seed,
        "size": list(plan.dataset.size),
        "pictures": len(plan.dataset),
        "skipped": [picture._asdict() for picture in plan.dataset.skipped],
        "validation_pictures": len(plan.dataset.validation),
        **_quality_record(outcome),
        "loss": run.best_loss,
        "steps": run.step,
        "seconds": run.seconds,
        "stopped": outcome.training.reason,
    }
    print_result(record, str(path), as_json=as_json)


def _describe_quality(outcome: TranslationResult) -> list[str]:
    """Return the quality on the validation set: PSNR and SSIM of pairs, then statistics of the outputs as a set."""
    from limner.translation.report import format_psnr

    run, measured, baseline = outcome.training.run, outcome.evaluation, outcome.baseline
    _, statistics, distance = outcome.outcome
    lines = [f"{run.step} step{'s' * (run.step != 1)} in {run.seconds:.1f} s"]
    if baseline:
        lines = [f"validation: {format_psnr(measured.psnr)}, SSIM {measured.ssim:.3f} after {lines[0]}"]
        if math.isfinite(baseline.psnr):
            lines[0] += f"; unprocessed input: {format_psnr(baseline.psnr)}, SSIM {baseline.ssim:.3f}"
    reference = "the targets'" if baseline else "the validation pictures'"
    words = " and ".join(
        f"{_share(share)} {owner} {name}"
        for share, owner, name in (
            (statistics.sharpness, reference, "sharpness"),
            (statistics.diversity, "their", "diversity"),
        )
        if share is not None
    )
    if words:
        if statistics.sharpness is None:
            words = words.replace("their", reference, 1)
        lines.append(f"outputs have {words}")
    if distance:
        lines.append(
            f"sliced Wasserstein distance from the validation pictures: outputs {distance.generated:.3f}, "
            f"as many training pictures {distance.real:.3f}"
        )
    return lines


def _share(ratio: float) -> str:
    """Return a ratio as text: ``96 % of``, or above 150 % ``1.7 times``."""
    return f"{ratio:.1f} times" if ratio > 1.5 else f"{100 * ratio:.0f} % of"


def _collapse_warning(plan: TranslationPlan, outcome: TranslationResult) -> str:
    """Return a warning about mode collapse, or an empty string."""
    diversity = outcome.outcome.statistics.diversity
    too_early = outcome.training.run.step < MIN_COLLAPSE_STEPS
    if too_early or not plan.trainer.traits().keep_last or diversity is None or diversity >= COLLAPSE_DIVERSITY:
        return ""
    return (
        "mode collapse: the outputs are nearly identical; lower trainer.learning_rate, augment the discriminator's "
        "input with [[trainer.augment]], or train on more pictures"
    )


def _quality_record(outcome: TranslationResult) -> dict[str, Any]:
    """Return the quality as JSON values; keys of comparisons that were not made are omitted."""
    measured, baseline = outcome.evaluation, outcome.baseline
    _, statistics, distance = outcome.outcome
    compared = baseline and {
        "psnr": measured.psnr if math.isfinite(measured.psnr) else None,
        "ssim": measured.ssim,
        "input_psnr": baseline.psnr if math.isfinite(baseline.psnr) else None,
        "input_ssim": baseline.ssim,
    }
    together = {"sharpness": statistics.sharpness, "diversity": statistics.diversity}
    sets = {"distance": distance and distance.generated, "distance_of_real": distance and distance.real}
    return {**compared, **together} if compared else {**together, **sets}
