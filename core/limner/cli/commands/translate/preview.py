"""``limner translate preview``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from limner.cli import _training_options as training
from limner.console import options
from limner.console.output import print_note, print_result
from limner.console.skipped import print_skipped
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.translation.datasets.skipping import SkippedPicture

MAX_SIDE = 128

Sources = Annotated[
    list[str],
    typer.Argument(metavar="IMAGE", help="Pictures, folders or skimage:NAME; - reads paths from standard input."),
]
Filters = Annotated[
    str | None,
    typer.Option("--encoders", metavar="A,B", help="Filters to show: contours,canny (default: all but identity)."),
]
FilterSet = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="PATH=VALUE", help="Change a setting of a filter: encoder.canny.sigma=2."),
]
Count = Annotated[int, typer.Option(metavar="N", help="Number of pictures, spread evenly over those given.")]
Seed = Annotated[int, typer.Option(metavar="N", help="Random seed of filters that use random numbers.")]


def preview(
    sources: Sources,
    encoders: Filters = None,
    set_: FilterSet = None,
    count: Count = 8,
    size: training.Size = None,
    seed: Seed = 0,
    background: training.Background = None,
    out: options.Out = None,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Write a contact sheet of filtered pictures, one row for each filter, to choose filters before training.

    By default all pictures get the size of the first one, at most 128 pixels.

    \b
    limner translate preview photos/
    limner translate preview photos/ --encoders contours,canny -s encoder.canny.sigma=2 --size 64x64 -o lines.png
    limner translate preview skimage:coffee --encoders canny,canny -s encoder.1.sigma=3
    """
    from limner.imaging.discovery import list_pictures
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
    rows = sheet.filter_rows(options.parse_swaps(encoder=encoders).get("encoder"), options.parse_settings(set_))
    names = list_pictures(options.pictures(sources), partial(print_note, quiet=quiet))
    chosen = [names[i * len(names) // min(count, len(names))] for i in range(min(count, len(names)))]
    pixels = parse_size(size)[0] if size else _size_of(chosen)
    sheet.check_filter_sheet(path, len(rows), len(chosen), pixels, force=force)
    read = read_dataset(chosen, pixels, background)
    print_skipped(read.skipped, quiet=quiet)
    sheet.write_filter_sheet(path, rows, read, seed=seed, force=force)
    registry().emit(FileSaved(path))
    print_note(
        f"{len(read)} of {len(names)} pictures at {pixels[0]}x{pixels[1]}, {len(rows)} filter{'s' * (len(rows) > 1)}",
        quiet=quiet,
    )
    record = {
        "path": str(path),
        "encoders": [row.name for row in rows],
        "pictures": list(read.names),
        "skipped": [picture._asdict() for picture in read.skipped],
        "size": list(pixels),
    }
    print_result(record, str(path), as_json=as_json)


def _size_of(names: list[str]) -> tuple[int, int]:
    """Return width and height of the first picture that can be read, scaled down to at most ``MAX_SIDE`` pixels."""
    from limner.imaging.target import read_target, shrunk
    from limner.translation.datasets.skipping import none_readable, readable

    skipped: list[SkippedPicture] = []
    pictures = readable(names, partial(read_target, setting="limner translate preview"), skipped)
    if (first := next(pictures, None)) is None:
        raise none_readable(skipped)
    return shrunk(first.size, MAX_SIDE)
