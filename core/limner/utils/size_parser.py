"""Parsing of sizes, lengths and regions: ``1024x768``, ``A3@300dpi``, ``30x40cm``, ``3mm``. Standard library only."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import NamedTuple

from limner.errors import LimnerError

MM_PER_INCH = 25.4  # millimetres per inch
DEFAULT_DPI = 300.0  # the usual resolution of printed pictures, in dots per inch
PAPER_SIZES = {  # width and height in portrait, in millimetres; ISO 216 and ANSI
    **{f"a{i}": mm for i, mm in enumerate([(841, 1189), (594, 841), (420, 594), (297, 420), (210, 297), (148, 210)])},
    "a6": (105, 148),
    "letter": (215.9, 279.4),
    "legal": (215.9, 355.6),
    "tabloid": (279.4, 431.8),
}
MM_PER_UNIT = {"mm": 1.0, "cm": 10.0, "in": MM_PER_INCH}
SIZE_PATTERN = re.compile(r"(?P<w>\d+(\.\d+)?)x(?P<h>\d+(\.\d+)?)(?P<unit>mm|cm|in)?")
LENGTH_PATTERN = re.compile(r"(?P<number>\d+(\.\d+)?)(?P<unit>px|mm|cm|in)")


class Length(NamedTuple):
    """A length on paper or in pixels.

    Attributes:
        number: the number of units.
        unit: ``px``, ``mm``, ``cm`` or ``in``.
    """

    number: float
    unit: str

    def __str__(self) -> str:
        return f"{self.number:g}{self.unit}"

    @property
    def mm(self) -> float:
        """The length in millimetres; 0 if it is in pixels."""
        return self.number * MM_PER_UNIT.get(self.unit, 0.0)

    def pixels(self, dpi: float) -> int:
        """Return the length in whole pixels at a resolution in dots per inch."""
        return round(self.number if self.unit == "px" else self.mm * dpi / MM_PER_INCH)


def parse_size(text: str, default_dpi: float = 0.0) -> tuple[tuple[int, int], float]:
    """Return width and height in pixels, and the dots per inch, 0 if there are none in the text.

    ``A3-landscape@300dpi`` is wider than high. With pixels, a resolution is optional.

    Args:
        text: the size.
        default_dpi: the resolution of a paper size or a length without one; 0 to require a resolution.

    Raises:
        LimnerError: the text is not a size, a paper size lacks a resolution, or a side is less than 1 pixel.
    """
    extent, sign, resolution = text.strip().lower().partition("@")
    dpi = _dpi(resolution, text) if sign else 0.0
    paper = _paper_mm(extent)
    match = SIZE_PATTERN.fullmatch(extent) if len(extent) <= 40 else None
    if paper:
        unit, (width, height) = 1.0, paper
    elif match:
        unit = MM_PER_UNIT.get(match["unit"] or "", 0.0)
        width, height = float(match["w"]), float(match["h"])
    else:
        hint = _paper_hint(extent, "@300dpi")
        raise LimnerError(f"size {text[:60]!r}: write it as 1024x768, A3@300dpi or 30x40cm@300dpi{hint}")
    if unit and not dpi:
        dpi = default_dpi
    if unit and not dpi:
        raise LimnerError(f"size {text!r}: paper needs a resolution; write {text.strip()}@300dpi")
    scale = unit * dpi / MM_PER_INCH if unit else 1.0
    size = (round(width * scale), round(height * scale))
    if not unit and (width, height) != size:
        raise LimnerError(f"size {text!r}: pixels must be whole; write {size[0]}x{size[1]}, or add a unit such as cm")
    if min(size) < 1:
        raise LimnerError(f"size {text!r}: each side must be at least 1 pixel, got {size[0]}x{size[1]}")
    return size, dpi


def parse_paper(text: str) -> tuple[float, float]:
    """Return width and height of a sheet of paper in millimetres: ``A4``, ``letter-landscape`` or ``50x70cm``.

    Raises:
        LimnerError: the text names no paper, or a side is not positive.
    """
    extent = text.strip().lower()
    match = SIZE_PATTERN.fullmatch(extent) if len(extent) <= 40 else None
    if paper := _paper_mm(extent):
        return paper
    unit = MM_PER_UNIT.get(match["unit"] or "", 0.0) if match else 0.0
    if not match or not unit:
        raise LimnerError(f"paper {text[:60]!r}: write it as A4, A4-landscape or 50x70cm{_paper_hint(extent)}")
    width, height = float(match["w"]) * unit, float(match["h"]) * unit
    if min(width, height) <= 0:
        raise LimnerError(f"paper {text!r}: each side must be larger than 0")
    return width, height


def parse_length(text: str, name: str, *, pixels: bool = True) -> Length:
    """Return a length such as ``3mm``, ``0.25in`` or ``35px``.

    Args:
        text: the length.
        name: the beginning of error messages: the option or setting.
        pixels: whether the unit ``px`` is valid.

    Raises:
        LimnerError: the text is not a length.
    """
    match = LENGTH_PATTERN.fullmatch(text.strip().lower()) if len(text) <= 40 else None
    length = Length(float(match["number"]), match["unit"]) if match else None
    whole = length is not None and (length.unit != "px" or (pixels and length.number.is_integer()))
    if length is None or not whole or length.number > 1_000_000:
        forms = "3mm, 0.3cm, 0.125in or 35px" if pixels else "10mm, 1cm or 0.4in"
        raise LimnerError(f"{name} {text[:60]!r}: write it as {forms}")
    return length


def _paper_mm(extent: str) -> tuple[float, float] | None:
    """Return width and height of named paper in millimetres, in portrait unless the name says otherwise; or None."""
    name, _, orientation = extent.partition("-")
    if name not in PAPER_SIZES or orientation not in ("", "portrait", "landscape"):
        return None
    width, height = PAPER_SIZES[name]
    return (height, width) if orientation == "landscape" else (width, height)


def _paper_hint(extent: str, resolution: str = "") -> str:
    """Return the end of an error message: the paper with the most similar name, if there is one."""
    name = extent.partition("-")[0]
    near = get_close_matches(name, PAPER_SIZES, 1, cutoff=0.5) if name[:1].isalpha() else []
    return f"; did you mean {near[0].capitalize()}{resolution}?" if near else ""


def _dpi(text: str, whole: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:dpi)?", text)
    value = float(match[1]) if match and len(text) <= 12 else 0.0
    if not 1 <= value <= 100_000:
        raise LimnerError(f"size {whole!r}: the resolution must be 1 to 100000 dpi, as in A3@300dpi")
    return value


def parse_region(text: str) -> tuple[int, int, int, int]:
    """Return left, top, width and height of a region, in pixels, from ``left,top,width,height``.

    Raises:
        LimnerError: the text is not a region.
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4 or not all(part.isdecimal() and len(part) <= 9 for part in parts):
        raise LimnerError(f"region {text!r}: write it as left,top,width,height in pixels: 256,256,512,512")
    left, top, width, height = (int(part) for part in parts)
    if not width or not height:
        raise LimnerError(f"region {text!r}: width and height must be at least 1")
    return left, top, width, height
