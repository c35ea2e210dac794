"""What ``limner translate train`` prints."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.cli import _run_end as end
from limner.console.output import note, result
from limner.errors import LimnerError
from limner.stages.optimization.diagnostics import diagnostics_of

if TYPE_CHECKING:
    from limner.translation.plan import TranslationPlan
    from limner.translation.train import TranslationResult

COLLAPSED = 0.4
"""Of the targets' variety; below it a network that is to deceive a discriminator makes nearly the same picture of all."""

SETTLED = 500
"""Steps after which a network has found what it makes; at first all its pictures are alike."""


def say_start(plan: TranslationPlan, *, seed: int | None, timelapse: str | None, quiet: bool) -> None:
    """Print what is about to be learned, and where the run starts from."""
    pairs = plan.dataset
    for told in dict.fromkeys((pairs.sources.note, pairs.targets.note)):
        if told:
            note(told, quiet=quiet)
    width, height = pairs.size
    learned = len(pairs.training)
    note(
        f"{learned} picture{'s' * (learned > 1)} of {width}x{height}, and {len(pairs.validation)} held out", quiet=quiet
    )
    for told in (diagnostics_of(plan.trainer).description(), *plan.preflight_warnings):
        if told:
            note(told, quiet=quiet)
    end.note_origin(plan, seed=seed, quiet=quiet)
    if plan.batch_note:
        note(plan.batch_note, quiet=quiet)
    end.note_timelapse_start(plan, timelapse, quiet=quiet)


def check_converged(path: Path, plan: TranslationPlan, done: TranslationResult, missed: Sequence[LimnerError]) -> None:
    """Report a run that diverged, with what it leaves: of two players the last evaluated state, and a checkpoint.

    Raises:
        LimnerError: it diverged; the message ends with the reasons for missing files.
    """
    if done.training.reason != "diverged":
        return
    run, held = done.training.run, f"{path} holds the best before that"
    if plan.trainer.traits().keep_last:
        held = f"{path} holds what was last looked at, after step {run.evaluated_at}"
        if done.checkpoint_step is not None:
            held += f", and {plan.checkpoint_path} the run after step {done.checkpoint_step}"
    told = f"the loss is no number after step {run.step}; {held}; {done.training.fix}"
    raise LimnerError("; ".join([told, *map(str, missed)]))


def say(
    path: Path, plan: TranslationPlan, done: TranslationResult, names: list[Path], *, as_json: bool, quiet: bool
) -> None:
    """Print the network's path on standard output, and its quality."""
    run = done.training.run
    for told in (*_how_good(done), _collapsed(plan, done), diagnostics_of(plan.trainer).summary(run.state)):
        if told:
            note(told, quiet=quiet)
    for name in names:
        note(str(name), quiet=quiet)
    figures = diagnostics_of(plan.trainer).final_metrics(run.state)
    record: dict[str, Any] = {
        **{name: value if math.isfinite(value) else None for name, value in figures.items()},
        "path": str(path),
        "seed": plan.recipe.seed,
        "size": list(plan.dataset.size),
        "pictures": len(plan.dataset),
        "validation_split": len(plan.dataset.validation),
        **_figures(done),
        "loss": run.best_loss,
        "steps": run.step,
        "seconds": run.seconds,
        "stopped": done.training.reason,
    }
    result(record, str(path), as_json=as_json)


def _how_good(done: TranslationResult) -> list[str]:
    """What the held-out pictures tell, one by one where each has its output, and taken together."""
    from limner.translation.report import format_psnr

    run, seen, before, (_, looks, apart) = done.training.run, done.evaluation, done.baseline, done.outcome
    lines = [f"{run.step} step{'s' * (run.step != 1)} in {run.seconds:.1f} s"]
    if before:
        lines = [f"held out: {format_psnr(seen.psnr)}, SSIM {seen.ssim:.3f} after {lines[0]}"]
        if math.isfinite(before.psnr):
            lines[0] += f"; the input itself has {format_psnr(before.psnr)}, SSIM {before.ssim:.3f}"
    words = " and ".join(
        f"{part:.0%} as {word}" if part < 2 else f"{part:.1f} times as {word}"
        for part, word in ((looks.sharpness, "sharp"), (looks.diversity, "various"))
        if part is not None
    )
    if words:
        lines.append(f"the outputs are {words} as " + ("what they should be" if before else "the held-out pictures"))
    if apart:
        lines.append(
            f"their sliced Wasserstein distance from the held-out pictures is {apart.made:.3f}; that of as many others "
            f"of yours is {apart.real:.3f}"
        )
    return lines


def _collapsed(plan: TranslationPlan, done: TranslationResult) -> str:
    """What is to be said of a network that makes one picture of all."""
    variety = done.outcome.statistics.diversity
    young = done.training.run.step < SETTLED
    if young or not plan.trainer.traits().keep_last or variety is None or variety >= COLLAPSED:
        return ""
    return (
        "so little variety is mode collapse, nearly the same picture for all; lower trainer.learning_rate, vary what the discriminator "
        "is shown with [[trainer.augment]], or bring more pictures"
    )


def _figures(done: TranslationResult) -> dict[str, Any]:
    """The same for programs: what cannot be compared has no such keys."""
    seen, before, (_, looks, apart) = done.evaluation, done.baseline, done.outcome
    compared = before and {
        "psnr": seen.psnr if math.isfinite(seen.psnr) else None,
        "ssim": seen.ssim,
        "input_psnr": before.psnr if math.isfinite(before.psnr) else None,
        "input_ssim": before.ssim,
    }
    together = {"sharpness": looks.sharpness, "variety": looks.diversity}
    sets = {"distance": apart and apart.made, "distance_of_real": apart and apart.real}
    return {**compared, **together} if compared else {**together, **sets}
