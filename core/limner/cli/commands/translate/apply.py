"""``limner translate apply``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from limner.cli import _training_options as training
from limner.console import options
from limner.console.output import print_note, print_result
from limner.console.skipped import print_skipped
from limner.errors import LimnerError, PluginError

Artwork = Annotated[Path, typer.Argument(metavar="NETWORK", help="A network trained with limner translate train.")]
Images = Annotated[
    list[str],
    typer.Argument(metavar="IMAGE", help="Pictures, folders or skimage:NAME; - reads paths from standard input."),
]
Folder = Annotated[str, typer.Option("--out", "-o", metavar="DIR", help="Folder for the pictures; created if missing.")]
AsIs = Annotated[
    bool | None,
    typer.Option(
        "--as-is/--filtered",
        help="Pass the pictures to the network as they are, or filter them first (default: as in training).",
    ),
]


def apply(
    art: Artwork,
    images: Images,
    out: Folder = "translated",
    as_is: AsIs = None,
    size: training.Size = None,
    background: training.Background = None,
    backend: options.BackendName = "auto",
    threads: options.Threads = 0,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Apply a trained network to pictures. Each output is a PNG with the name of its input.

    \b
    limner translate apply colorize.limner old-photo.jpg -o coloured
    limner translate apply super-resolution.limner small/ -o large
    limner translate apply from-contours.limner drawing.png --as-is -o painted
    """
    from limner.artworks.loader import open_artwork
    from limner.imaging.background import parse_background
    from limner.imaging.discovery import list_pictures
    from limner.translation.inference import image_input_model, size_note, translate, write_png
    from limner.utils.size_parser import parse_size

    artwork = open_artwork(art)
    model = image_input_model(artwork)
    names = list_pictures(options.pictures(images), partial(print_note, quiet=quiet))
    paths = _output_paths(names, Path(out), force=force)
    runner = options.backend(backend, threads)
    parse_background(background or "white")  # it would fail for every picture
    image_size = parse_size(size)[0] if size else None
    filtered = None if as_is is None else not as_is
    skipped: list[tuple[str, str]] = []
    noted = False
    for index, (name, path) in enumerate(zip(names, paths, strict=True)):
        try:
            pixels = translate(
                artwork, name, size=image_size, filtered=filtered, background=background, index=index, backend=runner
            )
        except PluginError:  # it would fail for every other picture too
            raise
        except LimnerError as error:  # a damaged picture does not prevent the others
            skipped.append((name, str(error)))
            continue
        options.output_folder(f"{path.parent}/", several=True)
        write_png(path, pixels, force=force)
        height, width = pixels.shape[:2]
        if not noted and (note := size_note(model, name, (width, height))):
            print_note(note, quiet=quiet)
            noted = True
        print_result({"path": str(path), "source": name, "size": [width, height]}, str(path), as_json=as_json)
    written = len(names) - len(skipped)
    if written:
        print_note(f"{artwork.recipe.title}: {written} picture{'s' * (written != 1)}", quiet=quiet)
    if skipped:
        message = skipped[0][1]
        if len(skipped) > 1:
            message = f"{len(skipped)} of {len(names)} pictures could not be converted; the first: {message}"
        print_skipped(skipped, message, as_json=as_json, quiet=quiet)
        raise LimnerError(message + ("; the others are written" if written else ""))


def _output_paths(names: list[str], folder: Path, *, force: bool) -> list[Path]:
    """Return an output path for each picture; all are checked before the first is written.

    Raises:
        LimnerError: two outputs have the same path, one is a source, or a file exists that may not be overwritten.
    """
    from limner.utils.atomic_files import check_target
    from limner.utils.paths import exists, is_existing_folder, real_path

    is_folder = is_existing_folder(folder, "-o")
    if not is_folder and folder.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp"):
        raise LimnerError(f"{folder}: is not a folder; choose another with -o")
    paths, places = list[Path](), dict[Path, str]()
    for name in names:
        if not name.startswith("skimage:") and not exists(Path(name)):
            raise LimnerError(f"{name}: no such file; give pictures, or folders of pictures")
        path = folder / f"{Path(name.removeprefix('skimage:')).stem}.png"
        place = real_path(path)
        if place in places:
            raise LimnerError(f"{name}: has the same output {path} as {places[place]}; rename one of them")
        places[place] = name
        paths.append(path)
        if exists(path) and exists(Path(name)) and place == real_path(name):
            raise LimnerError(f"{path}: is an input picture; choose another folder with -o")
        if is_folder:
            check_target(path, force=force)
    return paths
