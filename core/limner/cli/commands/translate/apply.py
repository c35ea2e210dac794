"""``limner translate apply``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from limner.console import options as o
from limner.console.output import note, result
from limner.errors import LimnerError, PluginError

Artwork = Annotated[Path, typer.Argument(metavar="ART", help="What limner translate train wrote.")]
Images = Annotated[
    list[str],
    typer.Argument(metavar="IMAGE...", help="Pictures, folders, skimage:NAME; - reads paths from standard input."),
]
Folder = Annotated[str, typer.Option("--out", "-o", metavar="DIR", help="The folder for the pictures; made if needed.")]
AsIs = Annotated[
    bool | None,
    typer.Option("--as-is/--filtered", help="Take the pictures for what the filters would make of them, or filter."),
]


def apply(
    art: Artwork,
    images: Images,
    out: Folder = "translated",
    as_is: AsIs = None,
    size: o.Size = None,
    background: o.Background = None,
    backend: o.BackendName = "auto",
    threads: o.Threads = 0,
    force: o.Force = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Give pictures to a trained network, and write what it makes of them. Each keeps its name and becomes a PNG.

    \b
    limner translate apply colorize.limner old-photo.jpg -o coloured
    limner translate apply super-resolution.limner small/ -o large
    limner translate apply from-contours.limner drawing.png --as-is -o painted
    """
    from limner.artworks.loader import open_artwork
    from limner.imaging.discovery import pictures_of
    from limner.translation.inference import image_input_model, translate, write_png
    from limner.utils.size_parser import parse_size

    artwork = open_artwork(art)
    image_input_model(artwork)
    given = [str(path) for name in images for path in ([name] if name != "-" else o.pictures(["-"]))]
    names = pictures_of(given)
    places = _places(names, Path(out), force=force)
    runner = o.backend(backend, threads)
    wanted = parse_size(size)[0] if size else None
    filtered = None if as_is is None else not as_is
    missed: list[LimnerError] = []
    for index, (name, place) in enumerate(zip(names, places, strict=True)):
        try:
            pixels = translate(
                artwork, name, size=wanted, filtered=filtered, background=background, index=index, backend=runner
            )
        except PluginError:  # as it would for every other picture
            raise
        except LimnerError as error:  # one that is damaged keeps no other from being made
            missed.append(error)
            continue
        o.folder(f"{place.parent}/", several=True)
        write_png(place, pixels, force=force)
        height, width = pixels.shape[:2]
        result({"path": str(place), "source": name, "size": [width, height]}, str(place), as_json=as_json)
    made = len(names) - len(missed)
    if made:
        note(f"{made} picture{'s' * (made != 1)} by {artwork.recipe.title!r}", quiet=quiet)
    if missed:
        more = f" (and {len(missed) - 1} more could not be read)" if len(missed) > 1 else ""
        raise LimnerError(f"{missed[0]}{more}" + ("; the others are made" if made else ""))


def _places(names: list[str], folder: Path, *, force: bool) -> list[Path]:
    """A file for each picture, checked before any is made.

    Raises:
        LimnerError: two would go into one, one would replace a source, or what is there may not go.
    """
    from limner.utils.atomic_files import check_target
    from limner.utils.paths import exists

    if (exists(folder) and not folder.is_dir()) or folder.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp"):
        raise LimnerError(f"{folder}: is no folder; choose another name with -o")
    if not folder.is_dir() and not folder.absolute().parent.is_dir():
        raise LimnerError(f"{folder}: there is no folder {folder.parent}; make it first")
    places: dict[Path, str] = {}
    for name in names:
        if not name.startswith("skimage:") and not exists(Path(name)):
            raise LimnerError(f"{name}: there is no such file; name pictures, or folders of them")
        stem = Path(name.removeprefix("skimage:")).stem
        place = folder / ("".join(c if c.isprintable() else "_" for c in stem) + ".png")
        if place in places:
            raise LimnerError(f"{name}: would go into {place}, as {places[place]} does; rename one of them")
        places[place] = name
        if exists(place) and exists(Path(name)) and place.resolve() == Path(name).resolve():
            raise LimnerError(f"{place}: is the picture itself; name another folder with -o")
        if folder.is_dir():
            check_target(place, force=force)
    return list(places)
