"""The contact sheet of a sweep: its pictures with their labels, the originals before them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from limner.app import LimnerError
from limner.app.artworks import open_artwork
from limner.app.figures import PAPER, check_sheet, wrap_text, write_sheet
from limner.app.pictures import composite_on_white, read_target
from limner.app.recipes import show_value
from limner.app.registry import FileSaved, registry
from limner_apps.sweeps.report import sheet_layout
from limner_apps.sweeps.report.sheet_layout import IMAGE, SEED, STEP, SheetPicture

if TYPE_CHECKING:
    from limner.plugin import Backend
    from limner_apps.sweeps.scheduler import SweepOutcome
    from limner_apps.sweeps.sweep import Sweep

SIDE = 160
"""Pixels of the longer side of each picture."""
MAX_LINES = 3
"""Lines of a label."""


def check_pages(sweep: Sweep, sheet: Path, rows: str, columns: str, *, force: bool) -> None:
    """Refuse early what could not be drawn in the end.

    Raises:
        LimnerError: an axis is not the sweep's, the page would hold too much, or the file cannot be written.
    """
    sheet_layout.check_axes(sweep, rows, columns)
    check_sheet(sheet, sheet_layout.max_pictures(sweep, rows, columns), force=force)


def draw_sheet(
    path: Path,
    sweep: Sweep,
    folder: Path,
    outcome: SweepOutcome,
    backend: Backend,
    *,
    rows: str = "",
    columns: str = "",
    force: bool = False,
) -> None:
    """Write a page with the labelled pictures of a sweep, and the originals that they learned.

    Without axes, an original begins a row, and the pictures that learned it follow. With axes, a picture stands in the
    row and column of its values; of several with the same values, the first one does.

    Args:
        path: the page's file, a .png.
        sweep: what was swept.
        folder: the sweep's folder, with the pictures.
        outcome: what came of the sweep.
        backend: where the pictures are painted again, small.
        rows: the axis that rows go by, ``network.depth``, ``seed``, ``image`` or ``step``; none by default.
        columns: the axis that columns go by.
        force: overwrite an existing file.

    Raises:
        LimnerError: there are too many, or the file cannot be written.
    """
    pieces = sheet_layout.pieces_of(sweep, folder, outcome)
    size = _size(pieces)
    table = sheet_layout.table_of(sweep, pieces, rows, columns)
    more = [name for name in (IMAGE, SEED, STEP) if len({piece.point[name] for piece in pieces}) > 1]
    drawn: list[tuple[str, np.ndarray]] = []
    for row in table:
        for item in row:
            drawn.append(("", _blank(size)) if item is None else _cell(item, size, more, backend))
    check_sheet(path, len(drawn), force=force)
    record = {"name": sweep.name, "sweep": sweep.identity}
    lines = max(len(wrap_text(label, size[0], max_lines=MAX_LINES)) for label, _ in drawn)
    write_sheet(path, drawn, record, columns=len(table[0]), lines=max(lines, 1), force=force)
    registry().emit(FileSaved(path))


def _size(pieces: Sequence[SheetPicture]) -> tuple[int, int]:
    """Return the size of every picture on the sheet: the shape of the first one."""
    if not pieces:
        raise LimnerError("the sweep has no whole cell to draw a sheet of")
    width, height = open_artwork(pieces[0].file).recipe.size
    scale = SIDE / max(width, height)  # tiny ones are painted larger: words must stand below them
    return max(1, round(width * scale)), max(1, round(height * scale))


def _cell(
    item: SheetPicture | str, size: tuple[int, int], more: Sequence[str], backend: Backend
) -> tuple[str, np.ndarray]:
    """Return the label and the pixels of a picture; the label names its values by each axis, and by ``more``."""
    if isinstance(item, str):
        try:
            return "original", composite_on_white(read_target(item, size=size, cover=True).pixels())
        except LimnerError:  # it was there when the sweep began
            return "gone", _blank(size)
    art = open_artwork(item.file)
    own = {name: value for name, value in item.point.items() if name not in (IMAGE, SEED, STEP)}
    words = [f"{_short(name)}={value if isinstance(value, str) else show_value(value)}" for name, value in own.items()]
    words += [f"{name} {Path(str(item.point[name])).stem}" for name in more]
    words += [f"{item.psnr:.1f} dB"] if item.psnr is not None else []
    pixels = art.render(size, supersample=1 if art.model.is_raster else 2, backend=backend)
    return " ".join(words) or f"seed {item.point[SEED]}", composite_on_white(pixels)


def _blank(size: tuple[int, int]) -> np.ndarray:
    return np.full((size[1], size[0], 3), PAPER, np.uint8)


def _short(path: str) -> str:
    return path.rpartition(".")[2]
