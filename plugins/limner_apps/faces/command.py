"""The command ``limner faces``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from limner.app import LimnerError, NothingFoundError, as_options, did_you_mean, print_note, print_result, progress
from limner.app import options as o

MAX_LISTED = 20
"""Maximum number of skipped photographs that are printed."""

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
    from limner.app.values import parse_size
    from limner_apps.faces.extract import faces as find

    rest, settings = o.split_role(o.parse_settings(set_), "detector")
    if rest:
        path = next(iter(rest))
        raise LimnerError(
            f"setting {path!r}: must be written as detector.field=value{did_you_mean(path, ['detector'])}"
        )
    pixels, _ = parse_size(size)
    names = o.pictures(photos)
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
        _report_skipped(error.skipped, str(error), as_json=as_json, quiet=quiet)
        raise
    for face in extracted.detected:
        if face.kept or as_json:
            print_result(face.record(), str(face.path), as_json=as_json)
    _report_skipped(extracted.skipped, as_json=as_json, quiet=quiet)
    count = f"{len(extracted.paths)} face{'s' * (len(extracted.paths) != 1)}"
    print_note(f"{count}, {len(extracted.dropped)} dropped; see {extracted.table} and {extracted.sheet}", quiet=quiet)


def _report_skipped(skipped: Sequence[tuple[str, str]], error: str = "", *, as_json: bool, quiet: bool) -> None:
    """Print which photographs were skipped: the first few on standard error, unless in the error; all as JSON."""
    reasons = [reason for _, reason in skipped if reason not in error]
    for reason in reasons[:MAX_LISTED]:
        print_note(f"skipped: {reason}", quiet=quiet)
    if len(reasons) > MAX_LISTED:
        print_note(f"skipped: {len(reasons) - MAX_LISTED} more; --json lists them all", quiet=quiet)
    for source, reason in skipped if as_json else ():
        print_result({"source": source, "skipped": as_options(reason)}, "", as_json=as_json)
