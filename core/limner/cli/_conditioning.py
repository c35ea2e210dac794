"""Contact sheet and samples of an artwork: their options, written and printed by ``limner render``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.console.output import print_note, print_result, progress
from limner.console.picture_notes import noting_single_colors
from limner.errors import LimnerError
from limner.utils.shell import quote, quote_path

if TYPE_CHECKING:
    from limner.artworks.interpolation.plan import InterpolationPlan
    from limner.stages.backend import Backend

Press = Annotated[
    str | None, typer.Option(metavar="W,W,...", help="Weights of the buttons: 1,0,0.5 or fox=1,star=0.5.")
]
PressSheet = Annotated[
    Path | None,
    typer.Option("--press-sheet", metavar="FILE", help="Write a contact sheet of all pairs of buttons, a .png."),
]
PressWalk = Annotated[str | None, typer.Option("--press-walk", hidden=True)]
LatentWalk = Annotated[str | None, typer.Option("--latent-walk", hidden=True)]
Samples = Annotated[int | None, typer.Option(metavar="N", help="Paint N random blends of the learned pictures.")]
SampleSeed = Annotated[
    int | None,
    typer.Option("--seed", metavar="N", help="Random seed of --samples. Drawn and printed if omitted."),
]


def refuse_walks(source: Path, settings: Mapping[str, Any], *, press_walk: str | None, latent_walk: str | None) -> None:
    """Refuse the options of walks, which ``limner animate`` makes, and the settings that they had.

    Raises:
        LimnerError: one of them is given.
    """
    for name, file, motion in (("press-walk", press_walk, "buttons"), ("latent-walk", latent_walk, "latent")):
        given = next((key for key in settings if key.partition(".")[0] == name.removeprefix("press-")), "")
        if file is None and not given:
            continue
        command = f"limner animate {quote_path(source)} --motion {motion}"
        target = f" -o {quote(file)}" if file else ""
        subject = f"setting {given!r}" if given and file is None else f"--{name}"
        raise LimnerError(f"{subject}: render makes no movies; use: {command}{target}")


def write_and_print(
    plan: InterpolationPlan,
    source: Path,
    backend: Backend,
    finish: dict[str, Any],
    *,
    print_seed: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write the files of a plan and print each; ``print_seed`` also prints the seed of the samples.

    Raises:
        LimnerError: a file cannot be written.
    """
    if plan.sheet:
        plan.write_sheet(backend)
        print_result({"path": str(plan.sheet), "from": str(source), "sheet": True}, str(plan.sheet), as_json=as_json)
    if plan.samples and print_seed:
        print_note(f"seed {plan.seed}", quiet=quiet)
    with progress(quiet=quiet), noting_single_colors(quiet=quiet) as single_colors:
        for path, sample in plan.save_samples(backend, **finish):
            record = {"path": str(path), "from": str(source), "kind": sample.kind, "weights": list(sample.code)}
            print_result(record | single_colors.record(path), str(path), as_json=as_json)
