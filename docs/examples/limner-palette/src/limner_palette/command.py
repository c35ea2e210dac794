"""The command ``limner palette``."""

from __future__ import annotations

from typing import Annotated

import typer

from limner.app import LimnerError, options, print_result

MAX_COUNT = 32

Count = Annotated[int, typer.Option(metavar="N", help="Number of colours, 1 to 32.")]


def palette(artworks: options.Artworks, count: Count = 5, as_json: options.Json = False) -> None:
    """Print the main colours of artworks, the most frequent first.

    \b
    limner palette ink.png
    limner palette ink.png --count 3 --json
    """
    from limner.app.artworks import open_artwork
    from limner_palette.colors import main_colors

    if not 1 <= count <= MAX_COUNT:
        raise LimnerError(f"--count: must be 1 to {MAX_COUNT}, got {count}")
    for path in options.artworks(artworks):
        colors = main_colors(open_artwork(path).render(size=(96, 96)), count)
        print_result({"path": str(path), "colors": colors}, ",".join(colors), as_json=as_json)
