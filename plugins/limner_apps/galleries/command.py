"""``limner gallery``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from limner.app import LimnerError, as_options, print_note, print_result, progress
from limner.app import options as o

LISTED = 20
"""Files that are skipped, told by name."""

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Galleries: artworks as a site.")

Sources = Annotated[
    list[str], typer.Argument(metavar="FOLDER...", help="Folders, artworks, sweeps; - reads paths from standard input.")
]
SiteFolder = Annotated[str, typer.Option("--out", "-o", metavar="SITE", help="The site's folder.")]
Title = Annotated[str, typer.Option(metavar="TITLE", help="What stands above the pictures.")]
Theme = Annotated[
    str | None,
    typer.Option(metavar="THEME", help="paper, salon or another by its name; or a folder of templates and style.css."),
]
Force = Annotated[bool, typer.Option("--force", help="Build among what the folder holds, and over what is there.")]


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
    """Turn artworks into a site that opens from disk. Where it lies already, only what has changed is made again.

    \b
    limner gallery build pictures/ -o site
    limner paint --count 16 -o sixteen/ | limner gallery build - -o site
    """
    from limner_apps.galleries.build import gallery as make

    if not out.strip():
        raise LimnerError("-o: is empty; name the site's folder")
    with progress(quiet=quiet):
        built = make(o.artworks(sources), out, title=title, theme=theme, force=force)
    for _, reason in built.skipped[:LISTED]:
        print_note(f"skipped: {reason}", quiet=quiet)
    if len(built.skipped) > LISTED:
        print_note(f"skipped: {len(built.skipped) - LISTED} more; --json lists them all", quiet=quiet)
    tables = f", {built.sweeps} sweep{'s' * (built.sweeps != 1)}" if built.sweeps else ""
    pieces = f"{built.pieces} piece{'s' * (built.pieces != 1)}"
    print_note(f"{pieces}{tables}; {built.made} made anew, {built.touched} files touched", quiet=quiet)
    record = {
        "path": str(built.index),
        "pieces": built.pieces,
        "made": built.made,
        "touched": built.touched,
        "sweeps": built.sweeps,
        "skipped": [{"path": str(path), "reason": as_options(reason)} for path, reason in built.skipped],
    }
    print_result(record, str(built.index), as_json=as_json)


@app.command("pick")
def pick(
    site: Annotated[Path, typer.Argument(metavar="SITE", help="The site's folder.")],
    picks: Annotated[
        Path, typer.Argument(metavar="PICKS", help="The picks.json that it exported; - reads it from standard input.")
    ],
    out: Annotated[str, typer.Option("--out", "-o", metavar="FOLDER", help="Where the artworks go.")] = "picks",
    force: o.Force = False,
    as_json: o.Json = False,
) -> None:
    """Copy the artworks that were picked in a gallery, and print their paths.

    \b
    limner gallery pick site picks.json -o best/
    """
    from limner_apps.galleries.import_picks import pick as copy

    if not out.strip():
        raise LimnerError("-o: is empty; name the folder where the artworks go")
    for path in copy(site, picks, Path(out), force=force):
        print_result({"path": str(path)}, str(path), as_json=as_json)
