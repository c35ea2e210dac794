"""The words that all commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.console.session import current
from limner.errors import LimnerError, did_you_mean

if TYPE_CHECKING:
    from limner.imaging.dithering import Dither
    from limner.stages.backend import Backend

Set = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="PATH=VALUE", help="Set a parameter: network.width=64, encoder.xy.scale=2."),
]
WriterSet = Annotated[
    list[str] | None,
    typer.Option(
        "--set", "-s", metavar="image-format.X=VALUE", help="Set a parameter of the writer: image-format.quality=90."
    ),
]
Warps = Annotated[str | None, typer.Option(metavar="A,B", help="Swap the warps; 'none' for none.")]
Encoders = Annotated[str | None, typer.Option(metavar="A,B", help="Swap the encoders: xy,radius,latent.")]
Network = Annotated[str | None, typer.Option(metavar="NAME", help="Swap the network.")]
Color = Annotated[str | None, typer.Option(metavar="NAME", help="Swap the colour mode: rgb, hsv, cmyk, ...")]
FrameName = Annotated[str | None, typer.Option("--frame", metavar="NAME", help="Swap the frame.")]
Trainer = Annotated[str | None, typer.Option(metavar="NAME", help="Swap the trainer.")]
Seed = Annotated[int | None, typer.Option(help="What everything random follows from. Drawn and told if left out.")]
Size = Annotated[
    str | None,
    typer.Option(metavar="WxH", help="1024x768, or for print: A3@300dpi, A4-landscape@300dpi, 30x40cm@300dpi."),
]
Region = Annotated[
    str | None, typer.Option(metavar="L,T,W,H", help="Only this part: left, top, width, height in pixels.")
]
Supersample = Annotated[int, typer.Option(metavar="N", help="N x N samples a pixel, averaged.")]
Bits = Annotated[int, typer.Option(help="Bits a channel: 8 or 16.")]
DitherName = Annotated[
    str, typer.Option("--dither", metavar="NAME", help="Hide the steps between levels: none, ordered or blue-noise.")
]
Time = Annotated[float, typer.Option(metavar="T", help="The moment of an animation, 0 to 1.")]
Background = Annotated[
    str | None,
    typer.Option(metavar="COLOR", help="What lies behind where a format has no transparency."),
]
Out = Annotated[str | None, typer.Option("--out", "-o", metavar="FILE", help="Where to write.")]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="NAME",
        help="File format, where several have the ending: limner plugins list --kind image-format.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite what is there.")]
BackendName = Annotated[str, typer.Option("--backend", metavar="NAME", help="auto, numpy or cupy.")]
Threads = Annotated[int, typer.Option(metavar="N", help="Tiles at once on a CPU; 0 is one for each core.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on standard error but errors.")]
Artworks = Annotated[
    list[str], typer.Argument(metavar="ART...", help="Files that limner wrote; - reads paths from standard input.")
]


def sets(texts: Sequence[str] | None) -> dict[str, Any]:
    """``-s path=value`` options as values by path."""
    from limner.composition.overrides import parse_assignment

    return dict(parse_assignment(text) for text in texts or ())


def swaps(**names: str | None) -> dict[str, str | list[str]]:
    """Stages to swap, by role; lists for encoders, warps and augments."""
    out: dict[str, str | list[str]] = {}
    for role, text in names.items():
        if text is None:
            continue
        if role not in ("encoder", "warp", "augment"):
            out[role] = text
        elif role != "encoder" and text == "none":
            out[role] = []
        else:
            out[role] = [name.strip() for name in text.split(",") if name.strip()]
    return out


def with_format(values: dict[str, Any], name: str | None, roles: Sequence[str] = ("image-format",)) -> dict[str, Any]:
    """Return settings with the format that ``--format`` chooses, as ``image-format.kind`` or ``video-format.kind``.

    Args:
        values: the settings by path.
        name: the format's name; None to choose by the endings of files.
        roles: what the command writes: ``image-format`` for pictures, ``video-format`` for videos.

    Raises:
        LimnerError: there is no format of that name.
    """
    if name is None:
        return values
    from limner.registry.registry import registry

    known = registry()
    found = [role for role in roles if known.has(role, name)]
    if not found:
        names = [one for role in roles for one in known.names(role)]
        raise LimnerError(f"--format: unknown format {name!r}{did_you_mean(name, names)}")
    return values | {f"{role}.kind": name for role in found}


def split_writer(values: dict[str, Any], background: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings of the recipe, and those of the file's writer: ``image-format.quality=90``, ``--background white``."""
    options = {path.removeprefix("image-format."): v for path, v in values.items() if path.startswith("image-format.")}
    if background is not None:
        options["background"] = background
    return {path: v for path, v in values.items() if not path.startswith("image-format.")}, options


def split(values: dict[str, Any], role: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings of the recipe, and those of something beside it: ``timelapse.fps=25``."""
    own = {path.removeprefix(f"{role}."): v for path, v in values.items() if path.startswith(f"{role}.")}
    return {path: v for path, v in values.items() if not path.startswith(f"{role}.")}, own


def dither(name: str) -> Dither:
    """The dither of a name.

    Raises:
        LimnerError: there is none of that name.
    """
    known: tuple[Dither, ...] = ("none", "ordered", "blue-noise")
    found = next((one for one in known if one == name), None)
    if found is None:
        raise LimnerError(f"--dither: unknown dither {name!r}{did_you_mean(name, known)}")
    return found


def backend(name: str, threads: int) -> Backend:
    """The backend that two options choose."""
    from limner.registry.backends import choose
    from limner.registry.registry import registry

    return choose(name, registry(), threads=threads)


def _lines() -> list[str]:
    if sys.stdin is None:
        raise LimnerError("-: there is no standard input to read paths from")
    return [line.rstrip("\r") for line in sys.stdin.read().split("\n")]


def ends_like_a_folder(out: str) -> bool:
    """``out/`` asks for a folder, which is made; a path alone does not say."""
    return out.endswith(("/", os.sep))


def folder(out: str | None, *, several: bool) -> Path | None:
    """The folder that ``-o`` asks for, made where it is not there; None where it names one file.

    Raises:
        LimnerError: several files would go into one, or the folder cannot be made.
    """
    if out is None:
        return Path()
    path = Path(out)
    try:
        wanted = path.is_dir() or ends_like_a_folder(out) or (several and not path.suffix)
        if not wanted:
            if several:
                raise LimnerError(f"{out}: several pictures do not go into one file; name a folder: -o {out}/")
            return None
        if not path.parent.is_dir():
            raise LimnerError(f"{out}: there is no folder {path.parent}; make it first")
        if not path.is_dir():
            path.mkdir(exist_ok=True)
            current().new_folders.append(path)
    except (OSError, ValueError) as error:
        raise LimnerError(f"{out}: the folder cannot be made: {getattr(error, 'strerror', None) or error}") from error
    return path


def given_names(names: Sequence[str]) -> list[str]:
    """Names, those on standard input in the place of ``-``."""
    out: list[str] = []
    for name in names:
        out += [line for line in _lines() if line.strip()] if name == "-" else [name]
    return out


def artworks(names: Sequence[str]) -> list[Path]:
    """Paths, those on standard input in the place of ``-``."""
    return [Path(name) for name in _named(names, "no artworks: name files that limner wrote")]


def pictures(names: Sequence[str]) -> list[str]:
    """Names of any pictures: files, folders, ``skimage:NAME``; those on standard input in the place of ``-``."""
    return _named(names, "no pictures: name files or folders")


def _named(names: Sequence[str], nothing: str) -> list[str]:
    """Names, those on standard input in the place of ``-``.

    Raises:
        LimnerError: one is empty, or there is none: ``nothing`` says of what.
    """
    out = given_names(names)
    if not all(map(str.strip, names)):
        raise LimnerError("a path is empty; name a file or a folder, . for this one")
    if not out:
        raise LimnerError(f"{nothing}, or pipe their paths in with -")
    return out
