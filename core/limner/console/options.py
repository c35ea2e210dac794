"""Command-line options that several commands share, and functions that read their values."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from limner.console.path_lists import artworks as artworks
from limner.console.path_lists import pictures as pictures
from limner.console.session import current
from limner.console.setting_options import parse_settings as parse_settings
from limner.console.setting_options import split_image_format as split_image_format
from limner.console.setting_options import split_role as split_role
from limner.console.setting_options import with_format as with_format
from limner.console.setting_options import with_title as with_title
from limner.console.stage_options import Color as Color
from limner.console.stage_options import Colors as Colors
from limner.console.stage_options import Encoders as Encoders
from limner.console.stage_options import FrameName as FrameName
from limner.console.stage_options import Mask as Mask
from limner.console.stage_options import Network as Network
from limner.console.stage_options import Palette as Palette
from limner.console.stage_options import Trainer as Trainer
from limner.console.stage_options import Warps as Warps
from limner.console.stage_options import parse_swaps as parse_swaps
from limner.errors import LimnerError, did_you_mean
from limner.utils.shell import quote

if TYPE_CHECKING:
    from limner.imaging.dithering import Dither
    from limner.stages.backend import Backend

Set = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="PATH=VALUE", help="Change a setting: network.width=64, encoder.xy.scale=2."),
]
Title = Annotated[
    str | None, typer.Option("--title", metavar="TEXT", help="Title of the picture, which its file and galleries show.")
]
FormatSettings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        "-s",
        metavar="image-format.X=VALUE",
        help="Change a setting of the format: image-format.quality=90.",
    ),
]
Seed = Annotated[int | None, typer.Option(metavar="N", help="Random seed. Drawn and printed if omitted.")]
Size = Annotated[
    str | None,
    typer.Option(metavar="WxH", help="1024x768, or for print: A3, A4-landscape, 30x40cm@150dpi (default 300 dpi)."),
]
Region = Annotated[
    str | None, typer.Option(metavar="L,T,W,H", help="Render only this part: left, top, width, height in pixels.")
]
Supersample = Annotated[int, typer.Option(metavar="N", help="Average N x N samples per pixel.")]
Bits = Annotated[int, typer.Option(metavar="N", help="Bits per channel: 8 or 16.")]
DitherName = Annotated[
    str, typer.Option("--dither", metavar="NAME", help="Dither to hide colour banding: none, ordered or blue-noise.")
]
Time = Annotated[float, typer.Option(metavar="T", help="Time within an animation, 0 to 1.")]
Background = Annotated[
    str | None,
    typer.Option(metavar="COLOR", help="Colour behind transparent areas; JPEG needs one. 'transparent' for none."),
]
Out = Annotated[str | None, typer.Option("--out", "-o", metavar="FILE", help="Output file or folder.")]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="NAME",
        help="File format, if several have the same ending; limner plugins list --kind image-format lists them.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite existing files.")]
BackendName = Annotated[str, typer.Option("--backend", metavar="NAME", help="Array backend: auto, numpy or cupy.")]
Threads = Annotated[int, typer.Option(metavar="N", help="Number of CPU threads; 0 for one per core.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object per line.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only paths and errors.")]
Artworks = Annotated[
    list[str],
    typer.Argument(metavar="FILE", help="Files written by limner; - reads paths from standard input."),
]


def parse_dither(name: str) -> Dither:
    """Return the dither of a name.

    Raises:
        LimnerError: the name is unknown.
    """
    known: tuple[Dither, ...] = ("none", "ordered", "blue-noise")
    found = next((one for one in known if one == name), None)
    if found is None:
        raise LimnerError(f"--dither: unknown dither {name!r}{did_you_mean(name, known)}")
    return found


def backend(name: str, threads: int) -> Backend:
    """Return the backend that ``--backend`` and ``--threads`` choose.

    Raises:
        LimnerError: the name is unknown, the backend does not run here, or ``threads`` is out of range.
    """
    from limner.registry.backends import choose_backend
    from limner.registry.registry import registry

    return choose_backend(name, registry(), threads=threads)


def is_folder_path(out: str) -> bool:
    """Return whether a path ends with a slash, and so names a folder even if it does not exist yet."""
    return out.endswith(("/", os.sep))


def output_folder(out: str | None, *, several: bool) -> Path | None:
    """Return the folder that ``-o`` names, created if missing; None if it names a single file.

    Raises:
        LimnerError: ``out`` is one file for several pictures, or the folder cannot be created.
    """
    if out is None:
        return Path()
    from limner.utils.paths import is_existing_folder, os_reason, output_mode

    path = Path(out)
    mode = output_mode(path, "-o")
    if not is_folder_path(out) and not stat.S_ISDIR(mode or 0) and (path.suffix or not several):
        if several:
            raise LimnerError(f"{out}: is one file for several pictures; give a folder: -o {quote(f'{out}/')}")
        return None
    try:
        if not is_existing_folder(path, "-o"):
            path.mkdir(exist_ok=True)
            current().new_folders.append(path)
    except (OSError, ValueError) as error:
        raise LimnerError(f"{out}: cannot create the folder: {os_reason(error)}") from error
    return path


def output_paths(out: str | None, names: Sequence[str], fix: str) -> list[Path]:
    """Return a file for each name, here or in the folder ``out``; or the single file ``out``.

    Args:
        out: the option ``-o``.
        names: the names of the files.
        fix: the end of the message if two files are the same.

    Raises:
        LimnerError: ``out`` is one file for several pictures, the folder cannot be created, or two files are the same.
    """
    from limner.utils.paths import real_path

    folder = output_folder(out, several=len(names) > 1)
    if folder is None:
        return [Path(str(out))]
    paths, places = [folder / name for name in names], set[Path]()
    for path in paths:
        place = real_path(path)
        if place in places:
            raise LimnerError(f"{path}: two pictures would go into this file; {fix}")
        places.add(place)
    return paths
