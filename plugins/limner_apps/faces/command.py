"""The command ``limner faces``."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from limner.app import LimnerError, NothingFoundError, did_you_mean, print_note, print_result, print_skipped, progress
from limner.app import options as o

Photos = Annotated[
    list[str],
    typer.Argument(metavar="PHOTO", help="Files, folders or skimage:NAME; - reads paths from standard input."),
]
FaceSize = Annotated[
    str, typer.Option("--size", metavar="WxH", help="Size of each face in pixels; proportions are preserved.")
]
Margin = Annotated[float, typer.Option(metavar="FRACTION", help="Margin around each face, as a fraction of its size.")]
DetectorName = Annotated[str, typer.Option("--detector", metavar="NAME", help="Face detector.")]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", "-s", metavar="detector.X=VALUE", help="Change a setting of the detector: detector.smallest=0.1."
    ),
]
Format = Annotated[str, typer.Option("--format", metavar="NAME", help="File format: png, jpg, webp or tif.")]
Folder = Annotated[str, typer.Option("--out", "-o", metavar="FOLDER", help="Output folder.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a folder of faces from an earlier run.")]


def faces(
    photos: Photos,
    out: Folder = "faces",
    size: FaceSize = "256x320",
    margin: Margin = 0.4,
    detector: DetectorName = "cascade",
    set_: Set = None,
    format_: Format = "png",
    force: Force = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Find faces in photographs and crop them to one size, with a CSV table and a contact sheet.

    \b
    limner faces crew.jpg -o crew-faces
    limner faces holiday/ --size 128x128 --margin 0.2 --format jpg -s detector.smallest=0.1 --json
    """
    from limner.app.pictures import list_pictures
    from limner.app.values import parse_size
    from limner_apps.faces.extract import faces as find

    rest, settings = o.split_role(o.parse_settings(set_), "detector")
    if rest:
        path = next(iter(rest))
        raise LimnerError(
            f"setting {path!r}: must be written as detector.field=value{did_you_mean(path, ['detector'])}"
        )
    pixels, _ = parse_size(size)
    names = list_pictures(o.pictures(photos), partial(print_note, quiet=quiet))
    try:
        with progress(quiet=quiet):
            extracted = find(
                names,
                out,
                size=pixels,
                margin=margin,
                detector=detector,
                set=settings,
                format=format_,
                force=force,
            )
    except NothingFoundError as error:
        print_skipped(error.skipped, str(error), as_json=as_json, quiet=quiet)
        raise
    for face in extracted.detected:
        if face.kept or as_json:
            print_result(face.record(), str(face.path), as_json=as_json)
    print_skipped(extracted.skipped, as_json=as_json, quiet=quiet)
    count = f"{len(extracted.paths)} face{'s' * (len(extracted.paths) != 1)}"
    print_note(f"{count}, {len(extracted.dropped)} dropped; see {extracted.table} and {extracted.sheet}", quiet=quiet)
