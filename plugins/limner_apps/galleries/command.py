"""The command ``limner gallery``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from limner.app import LimnerError, as_options, print_note, print_result, progress
from limner.app import options as o

MAX_LISTED = 20
"""Maximum number of skipped files that are printed."""

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Publish artworks as a website.")

Sources = Annotated[
    list[str],
    typer.Argument(metavar="FOLDER", help="Folders, artworks or sweeps; - reads paths from standard input."),
]
SiteFolder = Annotated[str, typer.Option("--out", "-o", metavar="SITE", help="Output folder.")]
Title = Annotated[str, typer.Option(metavar="TITLE", help="Title of the gallery.")]
Theme = Annotated[
    str | None,
    typer.Option(
        metavar="THEME", help="Theme: paper, salon, one of a plugin, or a folder with templates and style.css."
    ),
]
Force = Annotated[
    bool, typer.Option("--force", help="Build into a folder with other files, and overwrite files of the same names.")
]


@app.command("build")
def build(
    sources: Sources,
    out: SiteFolder = "site",
    title: Title = "Gallery",
    theme: Theme = None,
    force: Force = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Build a website of artworks, or update an existing one. It opens from disk, without a server.

    \b
    limner gallery build pictures/ -o site
    limner paint --count 16 -o sixteen/ | limner gallery build - -o site
    """
    from limner_apps.galleries.build import gallery as make

    if not out.strip():
        raise LimnerError("-o: is empty; name the output folder")
    with progress(quiet=quiet):
        built = make(o.artworks(sources), out, title=title, theme=theme, force=force)
    for _, reason in built.skipped[:MAX_LISTED]:
        print_note(f"skipped: {reason}", quiet=quiet)
    if len(built.skipped) > MAX_LISTED:
        print_note(f"skipped: {len(built.skipped) - MAX_LISTED} more; --json lists them all", quiet=quiet)
    tables = f", {built.sweeps} sweep{'s' * (built.sweeps != 1)}" if built.sweeps else ""
    pieces = f"{built.pieces} piece{'s' * (built.pieces != 1)} ({built.new} new)"
    files = f"{built.changed_files} file{'s' * (built.changed_files != 1)}"
    print_note(f"{pieces}{tables}; {files} written", quiet=quiet)
    record = {
        "path": str(built.index),
        "pieces": built.pieces,
        "new": built.new,
        "changed_files": built.changed_files,
        "sweeps": built.sweeps,
        "skipped": [{"path": str(path), "reason": as_options(reason)} for path, reason in built.skipped],
    }
    print_result(record, str(built.index), as_json=as_json)


@app.command("pick")
def pick(
    site: Annotated[Path, typer.Argument(metavar="SITE", help="Folder of the gallery.")],
    picks: Annotated[
        Path, typer.Argument(metavar="PICKS", help="The exported picks.json; - reads it from standard input.")
    ],
    out: Annotated[str, typer.Option("--out", "-o", metavar="FOLDER", help="Output folder.")] = "picks",
    force: o.Force = False,
    as_json: o.Json = False,
) -> None:
    """Copy the artworks that were picked in a gallery, and print their paths.

    \b
    limner gallery pick site picks.json -o best/
    """
    from limner_apps.galleries.import_picks import pick as copy

    if not out.strip():
        raise LimnerError("-o: is empty; name the output folder")
    for path in copy(site, picks, Path(out), force=force):
        print_result({"path": str(path)}, str(path), as_json=as_json)
