"""Contact sheet, latent walks and samples of an artwork: their options, written and printed by ``limner render``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from limner.console import options
from limner.console.output import print_note, print_result, progress
from limner.console.picture_notes import noting_single_colors
from limner.errors import LimnerError

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
PressWalk = Annotated[
    str | None,
    typer.Option(
        "--press-walk",
        metavar="FILE",
        help="Write a video that moves from button to button: .mp4, .gif, ...; -s walk.steps=24.",
    ),
]
LatentWalk = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Write a video that wanders from the picture through its latent space and back:"
        " .mp4, .gif, ...; -s latent-walk.seconds=8.",
    ),
]
Samples = Annotated[int | None, typer.Option(metavar="N", help="Paint N random blends of the learned pictures.")]
SampleSeed = Annotated[
    int | None,
    typer.Option(
        "--seed", metavar="N", help="Random seed of --samples and --latent-walk. Drawn and printed if omitted."
    ),
]


class MovieSettings(NamedTuple):
    """The settings of movies among those of a command, by name.

    Attributes:
        walk: settings of the walk from button to button.
        loop: settings of the loop through the latent space.
        video: settings of the video format.
    """

    walk: dict[str, Any]
    loop: dict[str, Any]
    video: dict[str, Any]


def split_settings(
    settings: Mapping[str, Any], *, press_walk: str | None, latent_walk: str | None
) -> tuple[dict[str, Any], MovieSettings]:
    """Return settings without those of movies, and these.

    Raises:
        LimnerError: there are settings of a movie that is not written.
    """
    rest, walk = options.split_role(settings, "walk")
    rest, loop = options.split_role(rest, "latent-walk")
    rest, video = options.split_role(rest, "video-format")
    if walk and not press_walk:
        raise LimnerError("walk: settings need a file; add --press-walk FILE")
    if loop and not latent_walk:
        raise LimnerError("latent-walk: settings need a file; add --latent-walk FILE")
    if video and not (press_walk or latent_walk):
        raise LimnerError("video-format: settings need a file; add --press-walk FILE or --latent-walk FILE")
    return rest, MovieSettings(walk, loop, video)


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
    """Write the files of a plan and print each; ``print_seed`` also prints the seed of the samples and the loop.

    Raises:
        LimnerError: a file cannot be written.
    """
    if plan.sheet:
        plan.write_sheet(backend)
        print_result({"path": str(plan.sheet), "from": str(source), "sheet": True}, str(plan.sheet), as_json=as_json)
    if plan.walk:
        frames = plan.write_walk(backend)
        print_result({"path": plan.walk, "from": str(source), "frames": frames}, plan.walk, as_json=as_json)
    if (plan.samples or plan.loop) and print_seed:
        print_note(f"seed {plan.seed}", quiet=quiet)
    if plan.loop:
        with progress(quiet=quiet):
            frames = plan.write_loop(backend)
        record = {"path": plan.loop, "from": str(source), "frames": frames, "seed": plan.seed}
        print_result(record, plan.loop, as_json=as_json)
    with progress(quiet=quiet), noting_single_colors(quiet=quiet) as single_colors:
        for path, sample in plan.save_samples(backend, **finish):
            record = {"path": str(path), "from": str(source), "kind": sample.kind, "weights": list(sample.code)}
            print_result(record | single_colors.record(path), str(path), as_json=as_json)
