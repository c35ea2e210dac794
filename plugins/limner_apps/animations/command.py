"""The command ``limner animate``."""

from __future__ import annotations

from typing import Annotated

import typer

from limner.app import options as o
from limner.app import print_result

Motion = Annotated[
    str | None, typer.Option("--motion", metavar="NAME", help="How it moves (default: by what the artwork has).")
]
Seconds = Annotated[float, typer.Option(metavar="S", help="Length of the movie in seconds.")]
Fps = Annotated[float, typer.Option(metavar="N", help="Frames per second.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="PATH=VALUE", help="Change a setting: motion.strength=0.2."),
]
Repeat = Annotated[
    int | None, typer.Option(metavar="N", help="Play the movie N times; 0 is forever (default for GIF, WebP and APNG).")
]
Out = Annotated[str, typer.Option("--out", "-o", metavar="FILE", help="Output file; a folder/ for single frames.")]


def animate(
    art: o.Artworks,
    out: Out = "loop.mp4",
    motion: Motion = None,
    seconds: Seconds = 6.0,
    fps: Fps = 30.0,
    size: o.Size = None,
    seed: o.Seed = None,
    repeat: Repeat = None,
    set_: Set = None,
    force: o.Force = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,  # noqa: ARG001
) -> None:
    """Make a movie of artworks.

    \b
    limner animate night-7.png -o loop.mp4 --motion parameters
    """
    from limner.app.values import parse_size
    from limner_apps.animations.function import animate as write

    _, settings = o.split_role(o.parse_settings(set_), "motion")
    pixels = parse_size(size)[0] if size else None
    path = write(
        [str(path) for path in o.artworks(art)],
        out,
        motion=motion,
        set=settings,
        seconds=seconds,
        fps=fps,
        size=pixels,
        seed=1 if seed is None else seed,
        repeat=repeat,
        force=force,
    )
    print_result({"path": str(path)}, str(path), as_json=as_json)
