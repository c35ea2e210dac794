"""``limner translate preview``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from limner.console import options as o
from limner.console.output import note, result
from limner.errors import LimnerError

LONGEST = 128

Sources = Annotated[
    list[str],
    typer.Argument(metavar="PICTURE...", help="Files, folders, skimage:NAME; - reads paths from standard input."),
]
Filters = Annotated[
    str | None,
    typer.Option("--encoders", metavar="A,B", help="Filters: contours,canny; all but identity where left out."),
]
FilterSet = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="PATH=VALUE", help="Set a parameter of a filter: encoder.canny.sigma=2."),
]
Count = Annotated[int, typer.Option(metavar="N", help="How many pictures, evenly among those that are named.")]
Seed = Annotated[int, typer.Option(help="What filters draw follows from it.")]


def preview(
    sources: Sources,
    encoders: Filters = None,
    set_: FilterSet = None,
    count: Count = 8,
    size: o.Size = None,
    seed: Seed = 0,
    background: o.Background = None,
    out: o.Out = None,
    force: o.Force = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Show what filters make of pictures, before a network learns from it: a sheet, a row for each filter.

    Without --size all have that of the first one, shrunk to 128 pixels.

    \b
    limner translate preview photos/
    limner translate preview photos/ --encoders contours,canny -s encoder.canny.sigma=2 --size 64x64 -o lines.png
    limner translate preview skimage:coffee --encoders canny,canny -s encoder.1.sigma=3
    """
    from limner.imaging.discovery import pictures_of
    from limner.registry.events import FileSaved
    from limner.registry.registry import registry
    from limner.translation import filter_preview as sheet
    from limner.translation.datasets.images import read_dataset
    from limner.utils.limits import MAX_SEED
    from limner.utils.size_parser import parse_size

    if not 1 <= count <= sheet.MAX_COLUMNS:
        raise LimnerError(f"--count: must be 1 to {sheet.MAX_COLUMNS}, got {count}")
    if not 0 <= seed <= MAX_SEED:
        raise LimnerError(f"--seed: must be 0 to {MAX_SEED}, got {seed}")
    path = Path(out or "preview.png")
    rows = sheet.filter_rows(o.swaps(encoder=encoders).get("encoder"), o.sets(set_))
    names = pictures_of(o.pictures(sources))
    chosen = [names[i * len(names) // min(count, len(names))] for i in range(min(count, len(names)))]
    wanted = parse_size(size)[0] if size else _size_of(chosen[0])
    sheet.check_filter_sheet(path, len(rows), len(chosen), wanted, force=force)
    read = read_dataset(chosen, wanted, background)
    sheet.write_filter_sheet(path, rows, read, seed=seed, force=force)
    registry().emit(FileSaved(path))
    note(
        f"{len(chosen)} of {len(names)} pictures at {wanted[0]}x{wanted[1]}, {len(rows)} filter{'s' * (len(rows) > 1)}",
        quiet=quiet,
    )
    record = {"path": str(path), "encoders": [row.name for row in rows], "pictures": chosen, "size": list(wanted)}
    result(record, str(path), as_json=as_json)


def _size_of(name: str) -> tuple[int, int]:
    """A picture's width and height, shrunk where that is more than a sheet has room for."""
    from limner.imaging.target import read_target, shrunk

    return shrunk(read_target(name, setting="limner translate preview").size, LONGEST)
