"""The command ``limner palettes``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from limner.app import color_blocks, print_note, print_result, printable
from limner.app import options as o

if TYPE_CHECKING:
    from limner_apps.palettes.palette import Palette

Sources = Annotated[
    list[str] | None, typer.Argument(metavar="NAME", help="Palettes, pictures or artworks (default: all palettes).")
]
Count = Annotated[
    int | None, typer.Option(metavar="N", help="Number of colours that are taken from a picture or drawn (default 6).")
]
Seed = Annotated[int | None, typer.Option(metavar="N", help="Random seed of drawn colours: harmony (default 1).")]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write a picture of the colours, a .png.")
]


def palettes(
    sources: Sources = None,
    count: Count = None,
    seed: Seed = None,
    out: Out = None,
    force: o.Force = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """List the palettes, or print the colours of palettes, pictures and artworks.

    The colours of a single one are printed as --colors takes them.

    \b
    limner palettes
    limner palettes glacier
    limner palettes photo.jpg --count 6 -o swatches.png
    limner paint --colors "$(limner palettes -q photo.jpg)"
    """
    from limner_apps.palettes.find import find_palettes
    from limner_apps.palettes.swatch_sheet import check_swatch_sheet, write_swatch_sheet

    if out:
        check_swatch_sheet(out, sources or (), force=force)
    found = find_palettes(sources or (), count, seed)
    if out:
        write_swatch_sheet(out, found, force=force)
    width = max(len(printable(palette.title)) for palette in found)
    for palette in found:
        blocks = color_blocks(palette.levels)
        colours = f"{blocks}  {','.join(palette.hex)}" if blocks else ",".join(palette.hex)
        text = colours if len(found) == 1 else f"{printable(palette.title):{width}}  {colours}"
        print_result(palette.record(), text, as_json=as_json)
    if not as_json:
        which = "one" if not sources else "it" if found[0].source == "palette" else "these"
        print_note(f"use {which} with: {_usage(found[0])}", quiet=quiet or len(sources or ()) > 1)
    if out:
        print_note(f"swatches: {out}", quiet=quiet)


def _usage(palette: Palette) -> str:
    """Return a command that paints with a palette."""
    from limner.app.recipes import PALETTE_MODE
    from limner.app.values import shell_join

    if palette.source != "palette" or palette.seed is not None:
        return shell_join(["limner", "paint", "--colors", ",".join(palette.hex)])
    mode = [] if palette.mode == PALETTE_MODE else ["--color", palette.mode]
    return shell_join(["limner", "paint", *mode, "--palette", palette.name])
