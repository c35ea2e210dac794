"""The contact sheet: many small pictures, each with its label, on one page."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from limner.errors import LimnerError
from limner.events import Saved
from limner.files import check_target, replacing
from limner.registry import registry

if TYPE_CHECKING:
    import numpy as np

KEY = "limner-sheet"
PAPER = (18, 18, 20)
INK = (168, 168, 172)
GAP = 12
LABEL = 20


def read_sheet(path: Path) -> dict[str, Any]:
    """The record in a sheet: ``name``, ``recipe`` (its table) and ``seeds``.

    Raises:
        LimnerError: the file is no sheet of limner's.
    """
    from PIL import Image

    try:
        with Image.open(path) as page:
            page.load()
            record = json.loads(cast("dict[str, Any]", getattr(page, "text", {})).get(KEY, "null"))
    except (OSError, SyntaxError, ValueError, RecursionError) as error:
        raise LimnerError(f"{path}: is no contact sheet ({error})") from error
    seeds = record.get("seeds") if isinstance(record, dict) else None
    if not (isinstance(seeds, list) and isinstance(record.get("recipe"), dict) and isinstance(record.get("name"), str)):
        raise LimnerError(f"{path}: is no contact sheet that limner made")
    return cast("dict[str, Any]", record)


def check_sheet(path: Path, *, force: bool) -> None:
    """Refuse early what could not be written in the end.

    Raises:
        LimnerError: the file cannot be written, or its ending is not .png.
    """
    if path.suffix.lower() != ".png":
        raise LimnerError(f"{path}: a sheet is written as .png")
    check_target(path, force=force)


def write_sheet(
    path: Path, cells: Sequence[tuple[str, np.ndarray]], record: Mapping[str, Any], *, force: bool = False
) -> None:
    """Lay labelled pictures ``(h, w, 3 or 4)``, uint8 and all of one size, out in rows, and write a PNG.

    ``record`` (the recipe and the seeds) is kept in the file as JSON.

    Raises:
        LimnerError: the file cannot be written.
    """
    from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

    height, width = cells[0][1].shape[:2]
    columns = max(1, round(math.sqrt(len(cells) * (height + LABEL) / width)))
    rows = -(-len(cells) // columns)
    size = (columns * (width + GAP) + GAP, rows * (height + LABEL + GAP) + GAP)
    page = Image.new("RGB", size, PAPER)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(13)
    for i, (label, pixels) in enumerate(cells):
        left = GAP + (i % columns) * (width + GAP)
        top = GAP + (i // columns) * (height + LABEL + GAP)
        picture = Image.fromarray(pixels)
        page.paste(picture, (left, top), picture if picture.mode == "RGBA" else None)
        pen.text((left, top + height + 3), label, fill=INK, font=font)
    notes = PngImagePlugin.PngInfo()
    notes.add_itxt(KEY, json.dumps(record, ensure_ascii=True), zip=True)
    with replacing(path, force=force) as file:
        page.save(file, format="PNG", pnginfo=notes, optimize=True)
    registry().emit(Saved(path))
