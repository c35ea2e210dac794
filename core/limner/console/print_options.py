"""Options for print that several commands share: the size on paper, bleed, crop marks, posters and CMYK."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.console.output import print_note
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.utils.size_parser import Length

Bleed = Annotated[
    str | None,
    typer.Option(metavar="LENGTH", help="Extend the picture beyond each edge, to be cut off: 3mm, 0.125in or 35px."),
]
CropMarks = Annotated[bool, typer.Option("--crop-marks", help="Draw crop marks around the picture, in a .pdf.")]
Poster = Annotated[
    str | None,
    typer.Option(metavar="PAPER", help="Split a .pdf over sheets of paper: A4; -s image-format.overlap=10mm."),
]
Profile = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Convert to CMYK with this ICC profile, an .icc file; for .tiff and .pdf."),
]


def read_size(text: str | None, *, quiet: bool) -> tuple[tuple[int, int] | None, float]:
    """Return the width and height of ``--size`` in pixels, and its dots per inch; None and 0 without the option.

    For a size on paper without a resolution, the default resolution is used and printed.

    Raises:
        LimnerError: the text is not a size.
    """
    from limner.utils.size_parser import DEFAULT_DPI, parse_size

    if text is None:
        return None, 0.0
    size, dpi = parse_size(text, DEFAULT_DPI)
    if dpi and "@" not in text:
        print_note(f"{text.strip()} at {dpi:g} dpi: {size[0]}x{size[1]} pixels", quiet=quiet)
    return size, dpi


def read_bleed(text: str | None) -> Length | None:
    """Return the length that ``--bleed`` gives; None without the option, or for no bleed.

    Raises:
        LimnerError: the text is not a length.
    """
    if text is None:
        return None
    from limner.utils.size_parser import parse_length

    length = parse_length(text, "--bleed")
    return length if length.number else None


def bleed_pixels(bleed: Length | None, dpi: float, *, quiet: bool) -> tuple[int, float]:
    """Return a bleed in pixels, and the resolution of the picture: a bleed in mm, cm or in needs one.

    Args:
        bleed: the bleed; None for none.
        dpi: the resolution of the picture; 0 for the default one, which is then printed.
        quiet: print nothing.

    Raises:
        LimnerError: the bleed is less than a pixel.
    """
    from limner.utils.size_parser import DEFAULT_DPI

    if bleed is None:
        return 0, dpi
    resolution = dpi if bleed.unit == "px" else dpi or DEFAULT_DPI
    pixels = bleed.pixels(resolution)
    if not pixels:
        raise LimnerError(f"--bleed {bleed}: is less than a pixel at {resolution:g} dpi; use a larger one, or omit it")
    if resolution != dpi:
        print_note(f"{bleed} of bleed at {resolution:g} dpi: {pixels} pixels", quiet=quiet)
    return pixels, resolution


def with_print(
    settings: Mapping[str, Any], *, crop_marks: bool, poster: str | None, profile: str | None
) -> dict[str, Any]:
    """Return the settings of an image format with those that ``--crop-marks``, ``--poster`` and ``--profile`` give.

    Raises:
        LimnerError: an option is empty, or a setting is set to something else too.
    """
    out = dict(settings)
    given = {"crop_marks": crop_marks or None, "poster": poster, "profile": profile}
    for name, value in given.items():
        if value is None:
            continue
        option = f"--{name.replace('_', '-')}"
        if value == "":
            raise LimnerError(f"{option}: is empty; omit it, or name {'a paper' if name == 'poster' else 'a file'}")
        if name in out and str(out[name]).lower() != str(value).lower():
            raise LimnerError(f"{option}: image-format.{name} is set too; omit one of them")
        out[name] = value
    return out
