"""``limner faces``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from limner.app import LimnerError, NothingFoundError, as_options, did_you_mean, print_note, print_result, progress
from limner.app import options as o

LISTED = 20
"""Photographs that are skipped, told by name."""

Photos = Annotated[
    list[str],
    typer.Argument(metavar="PHOTO...", help="Files, folders, skimage:NAME; - reads paths from standard input."),
]
FaceSize = Annotated[str, typer.Option("--size", metavar="WxH", help="Of each face, in pixels; nothing is stretched.")]
Margin = Annotated[float, typer.Option(metavar="SHARE", help="Left round a face on each side, in shares of the face.")]
DetectorName = Annotated[str, typer.Option("--detector", metavar="NAME", help="Who finds them.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="detector.X=VALUE", help="Set a parameter of it: detector.smallest=0.1."),
]
Format = Annotated[str, typer.Option("--format", metavar="NAME", help="png, jpg, webp or tif.")]
Folder = Annotated[str, typer.Option("--out", "-o", metavar="FOLDER", help="Where the faces go.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a folder of faces that were found before.")]


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
    """Find the faces of photographs and cut them out, all to one size, with a table and a sheet of them.

    \b
    limner faces crew.jpg -o crew-faces
    limner faces holiday/ --size 128x128 --margin 0.2 --format jpg -s detector.smallest=0.1 --json
    """
    from limner.app.values import parse_size
    from limner_apps.faces.extract import faces as find

    rest, settings = o.split_role(o.parse_settings(set_), "detector")
    if rest:
        path = next(iter(rest))
        raise LimnerError(f"setting {path!r}: write it as detector.field=value{did_you_mean(path, ['detector'])}")
    pixels, _ = parse_size(size)
    named = o.pictures(photos)
    try:
        with progress(quiet=quiet):
            found = find(
                named,
                out,
                size=pixels,
                margin=margin,
                detector=detector,
                set=settings,
                format=format_,
                force=force,
            )
    except NothingFoundError as error:
        _tell_skipped(error.skipped, str(error), as_json=as_json, quiet=quiet)
        raise
    for find_ in found.detected:
        if find_.kept or as_json:
            print_result(find_.record(), str(find_.path), as_json=as_json)
    _tell_skipped(found.skipped, as_json=as_json, quiet=quiet)
    faces_ = f"{len(found.paths)} face{'s' * (len(found.paths) != 1)}"
    print_note(f"{faces_}, {len(found.dropped)} dropped: {found.table} and {found.sheet} tell of both", quiet=quiet)


def _tell_skipped(skipped: Sequence[tuple[str, str]], error: str = "", *, as_json: bool, quiet: bool) -> None:
    """The photographs that could not be read, some on standard error but for what an error tells, all as JSON."""
    reasons = [reason for _, reason in skipped if reason not in error]
    for reason in reasons[:LISTED]:
        print_note(f"skipped: {reason}", quiet=quiet)
    if len(reasons) > LISTED:
        print_note(f"skipped: {len(reasons) - LISTED} more; --json lists them all", quiet=quiet)
    for source, reason in skipped if as_json else ():
        print_result({"source": source, "skipped": as_options(reason)}, "", as_json=as_json)
