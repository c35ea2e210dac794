"""The contact sheet: many small labelled pictures on one page."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from limner.errors import LimnerError
from limner.figures.mosaic import GridLayout
from limner.figures.text import INK, PAPER, label_font, wrap_text
from limner.utils.atomic_files import atomic_write, check_target
from limner.utils.limits import MAX_SEED
from limner.utils.paths import os_reason
from limner.utils.text import decodable, is_showable

if TYPE_CHECKING:
    import numpy as np

METADATA_KEY = "limner-sheet"
MAX_SHEET_CELLS = 2000  # Pillow would reject a larger page as a decompression bomb
GAP = 12
LABEL_HEIGHT = 20


def read_sheet(path: Path) -> dict[str, Any]:
    """Return the record in a contact sheet: ``name``, ``recipe`` (as a table) and ``seeds``.

    Raises:
        LimnerError: the file is not a contact sheet of seeds made by limner.
    """
    from PIL import Image

    try:
        record = _read_record(path)
    except (OSError, SyntaxError, ValueError, TypeError, RecursionError, Image.DecompressionBombError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else str(error)
        raise LimnerError(f"{path}: is not a contact sheet ({reason})") from error
    if not _is_valid_record(record):
        raise LimnerError(f"{path}: is not a contact sheet made by limner")
    return record


def read_sheet_record(path: Path) -> dict[str, Any] | None:
    """Return the unchecked record in a contact sheet of any kind, or None if the file is not such a sheet."""
    from PIL import Image

    with suppress(OSError, SyntaxError, ValueError, TypeError, RecursionError, Image.DecompressionBombError):
        record = _read_record(path)
        return record if isinstance(record, dict) else None
    return None


def _read_record(path: Path) -> Any:
    """Return the record in a file, or None if it has none; raise any of several exceptions if it is not a PNG."""
    from PIL import Image

    if path.exists() and not path.is_file():  # opening a FIFO would wait for another program
        raise ValueError("not a file")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no pixels are decoded, and a damaged file is an error for the caller
        with Image.open(path, formats=["PNG"]) as page:
            return json.loads(page.info.get(METADATA_KEY, "null"))


def _is_valid_record(record: Any) -> TypeGuard[dict[str, Any]]:
    """Return whether this is a record that ``write_sheet`` can have stored."""
    if not isinstance(record, dict) or not isinstance(record.get("recipe"), dict):
        return False
    name, seeds = record.get("name"), record.get("seeds")
    if not isinstance(seeds, list) or not seeds:
        return False
    valid_name = isinstance(name, str) and name == sheet_name(name) and name.strip() != ""
    return valid_name and all(type(seed) is int and 0 <= seed <= MAX_SEED for seed in seeds)


def sheet_name(name: str) -> str:
    """Return the name of a recipe as a sheet stores it; files of picked pictures have it in their names."""
    return "".join(c if is_showable(c) else "_" for c in decodable(name))[:200]


def check_sheet(path: Path, count: int, *, force: bool, argument: str = "`sheet`") -> None:
    """Raise an error if a sheet of ``count`` pictures cannot be written, before long work begins.

    ``argument`` is the name of the path's argument, for messages.

    Raises:
        LimnerError: the file cannot be written, its suffix is not .png, or there are too many pictures.
    """
    if count > MAX_SHEET_CELLS:
        raise LimnerError(f"{path}: a sheet holds at most {MAX_SHEET_CELLS} pictures, not {count}; make several sheets")
    if path.suffix.lower() != ".png":
        raise LimnerError(f"{path}: a sheet is written as .png; choose a name with that ending")
    check_target(path, force=force, argument=argument)


def write_sheet(
    path: Path,
    cells: Sequence[tuple[str, np.ndarray]],
    record: Mapping[str, Any],
    *,
    columns: int = 0,
    lines: int = 1,
    force: bool = False,
) -> None:
    """Write a PNG with labelled pictures in rows.

    Args:
        path: the file to write.
        cells: label and picture of each cell; the pictures are uint8 ``(h, w, 3 or 4)``, all of one size.
        record: name, recipe and seeds, to store in the file as JSON; labels are added.
        columns: pictures per row; 0 for an approximately square sheet.
        lines: number of lines that labels may have.
        force: whether to overwrite an existing file.

    Raises:
        LimnerError: the file cannot be written.
    """
    from PIL import Image, ImageDraw, PngImagePlugin

    height, width = cells[0][1].shape[:2]
    below = LABEL_HEIGHT * lines - 4 * (lines - 1)
    columns = columns or max(1, round(math.sqrt(len(cells) * (height + below) / width)))
    rows = -(-len(cells) // columns)
    grid = GridLayout((width, height + below), columns, rows, gap=GAP, left=GAP, top=GAP)
    right, bottom = grid.end
    page = Image.new("RGB", (right + GAP, bottom + GAP), PAPER)
    pen, font = ImageDraw.Draw(page), label_font()
    for i, (label, pixels) in enumerate(cells):
        left, top = grid.numbered_cell_origin(i)
        picture = Image.fromarray(pixels)
        page.paste(picture, (left, top), picture if picture.mode == "RGBA" else None)
        words = "\n".join(wrap_text(label, width, max_lines=lines))
        pen.multiline_text((left, top + height + 3), words, fill=INK, font=font, spacing=2)
    metadata = PngImagePlugin.PngInfo()
    labels = {"labels": [label for label, _ in cells], "columns": columns}
    metadata.add_itxt(METADATA_KEY, json.dumps({**record, **labels}, ensure_ascii=True), zip=True)
    with atomic_write(path, force=force) as file:
        page.save(file, format="PNG", pnginfo=metadata, optimize=True)
