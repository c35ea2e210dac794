"""What ``limner translate train`` tells."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.cli.output import note, result

if TYPE_CHECKING:
    from limner.lessons import Lessons
    from limner.translating import Translated


def say_start(lessons: Lessons, *, seed: int | None, quiet: bool) -> None:
    """What is about to be learned."""
    pairs = lessons.pairs
    for told in dict.fromkeys((pairs.sources.told, pairs.targets.told)):
        if told:
            note(told, quiet=quiet)
    width, height = pairs.size
    learned = len(pairs.training)
    note(f"{learned} picture{'s' * (learned > 1)} of {width}x{height}, and {len(pairs.held)} held out", quiet=quiet)
    if lessons.advice:
        note(lessons.advice, quiet=quiet)
    if lessons.kept:
        note(f"goes on after step {lessons.kept.header.step}", quiet=quiet)
    elif seed is None:
        note(f"seed {lessons.recipe.seed}", quiet=quiet)


def diverged(path: Path, lessons: Lessons, done: Translated) -> str:
    """That a run is over, and what it has left: of two players the last that was looked at, and a checkpoint."""
    run, held = done.fitted.run, f"{path} holds the best before that"
    if lessons.trainer.latest:
        held = f"{path} holds what was last looked at, after step {run.looked}"
        if done.kept is not None:
            held += f", and {lessons.keep} the run after step {done.kept}"
    return f"the loss is no number after step {run.step}; {held}; {done.fitted.mend}"


def say(path: Path, lessons: Lessons, done: Translated, names: list[Path], *, as_json: bool, quiet: bool) -> None:
    """The path on standard output, and how good it is."""
    from limner.report import decibels

    run, seen, before = done.fitted.run, done.seen, done.before
    differs = math.isfinite(before.psnr)
    note(
        f"held out: {decibels(seen.psnr)}, SSIM {seen.ssim:.3f} after {run.step} steps in {run.seconds:.1f} s"
        + (f"; the input itself has {decibels(before.psnr)}, SSIM {before.ssim:.3f}" if differs else ""),
        quiet=quiet,
    )
    told = [(part, word) for part, word in ((done.looks.sharpness, "sharp"), (done.looks.variety, "various")) if part]
    if told:
        words = " and ".join(
            f"{part:.0%} as {word}" if part < 2 else f"{part:.1f} times as {word}" for part, word in told
        )
        note(f"the outputs are {words} as what they should be", quiet=quiet)
    if went := lessons.trainer.told(run.state):
        note(went, quiet=quiet)
    for name in names:
        note(str(name), quiet=quiet)
    figures = lessons.trainer.figures(run.state)
    record: dict[str, Any] = {
        **{name: value if math.isfinite(value) else None for name, value in figures.items()},
        "path": str(path),
        "seed": lessons.recipe.seed,
        "size": list(lessons.pairs.size),
        "pictures": len(lessons.pairs),
        "held_out": len(lessons.pairs.held),
        "psnr": seen.psnr if math.isfinite(seen.psnr) else None,
        "ssim": seen.ssim,
        "input_psnr": before.psnr if math.isfinite(before.psnr) else None,
        "input_ssim": before.ssim,
        "sharpness": done.looks.sharpness,
        "variety": done.looks.variety,
        "loss": run.best_loss,
        "steps": run.step,
        "seconds": run.seconds,
        "stopped": done.fitted.reason,
    }
    result(record, str(path), as_json=as_json)
