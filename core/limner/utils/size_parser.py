"""Parsing of sizes and regions: ``1024x768``, ``A3@300dpi``, ``30x40cm@300dpi``. Standard library only."""

from __future__ import annotations

import re
from difflib import get_close_matches

from limner.errors import LimnerError

MM_PER_INCH = 25.4  # millimetres per inch
PAPER_SIZES = {  # width and height in portrait, in millimetres; ISO 216 and ANSI
    **{f"a{i}": mm for i, mm in enumerate([(841, 1189), (594, 841), (420, 594), (297, 420), (210, 297), (148, 210)])},
    "a6": (105, 148),
    "letter": (215.9, 279.4),
    "legal": (215.9, 355.6),
    "tabloid": (279.4, 431.8),
}
MM_PER_UNIT = {"mm": 1.0, "cm": 10.0, "in": MM_PER_INCH}
SIZE_PATTERN = re.compile(r"(?P<w>\d+(\.\d+)?)x(?P<h>\d+(\.\d+)?)(?P<unit>mm|cm|in)?")


def parse_size(text: str) -> tuple[tuple[int, int], float]:
    """Return width and height in pixels, and the dots per inch, 0 if there are none in the text.

    ``A3-landscape@300dpi`` is wider than high. Paper sizes and lengths need a resolution; with pixels it is optional.

    Raises:
        LimnerError: the text is not a size, or a side is less than 1 pixel.
    """
    extent, sign, resolution = text.strip().lower().partition("@")
    dpi = _dpi(resolution, text) if sign else 0.0
    name, _, orientation = extent.partition("-")
    match = SIZE_PATTERN.fullmatch(extent) if len(extent) <= 40 else None
    if name in PAPER_SIZES and orientation in ("", "portrait", "landscape"):
        unit, (width, height) = 1.0, PAPER_SIZES[name]
        if orientation == "landscape":
            width, height = height, width
    elif match:
        unit = MM_PER_UNIT.get(match["unit"] or "", 0.0)
        width, height = float(match["w"]), float(match["h"])
    else:
        near = get_close_matches(name, PAPER_SIZES, 1, cutoff=0.5) if name[:1].isalpha() else []
        hint = f"; did you mean {near[0].capitalize()}@300dpi?" if near else ""
        raise LimnerError(f"size {text[:60]!r}: write it as 1024x768, A3@300dpi or 30x40cm@300dpi{hint}")
    if unit and not dpi:
        raise LimnerError(f"size {text!r}: paper needs a resolution; write {text.strip()}@300dpi")
    scale = unit * dpi / MM_PER_INCH if unit else 1.0
    size = (round(width * scale), round(height * scale))
    if not unit and (width, height) != size:
        raise LimnerError(f"size {text!r}: pixels must be whole; write {size[0]}x{size[1]}, or add a unit such as cm")
    if min(size) < 1:
        raise LimnerError(f"size {text!r}: each side must be at least 1 pixel, got {size[0]}x{size[1]}")
    return size, dpi


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
