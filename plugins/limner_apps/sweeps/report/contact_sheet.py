"""The contact sheet of a sweep: its labelled pictures, with the originals first."""

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

PICTURE_SIZE = 160
"""Longer side of each picture, in pixels."""
MAX_LINES = 3
"""Maximum number of lines of a label."""


def check_contact_sheet(sweep: Sweep, sheet: Path, rows: str, columns: str, *, force: bool) -> None:
    """Raise an error, before any work, if the contact sheet cannot be drawn.

    Raises:
        LimnerError: an axis does not vary, the sheet would hold too many pictures, or the file cannot be written.
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
) -> str:
    """Write a sheet with the labelled pictures of a sweep, and the originals that were fitted.

    Without axes, each original starts a row, followed by its fits. With axes, each picture is in the row and column of
    its values; see ``sheet_layout.arrange``.

    Args:
        path: the file of the sheet, a .png.
        sweep: the sweep.
        folder: the sweep's folder, with the pictures.
        outcome: the results of the sweep.
        backend: the backend that renders the small pictures.
        rows: the axis of the rows: ``network.depth``, ``seed``, ``image`` or ``step``; none by default.
        columns: the axis of the columns.
        force: overwrite an existing file.

    Returns:
        A note about the pictures that are not on the sheet; empty if all of them are.

    Raises:
        LimnerError: there are too many pictures, or the file cannot be written.
    """
    pictures = sheet_layout.sheet_pictures(sweep, folder, outcome)
    size = _picture_size(pictures)
    table = sheet_layout.arrange(sweep, pictures, rows, columns)
    labelled = [name for name in (IMAGE, SEED, STEP) if len({picture.point[name] for picture in pictures}) > 1]
    drawn: list[tuple[str, np.ndarray]] = []
    for row in table:
        for item in row:
            drawn.append(("", _blank(size)) if item is None else _labelled_picture(item, size, labelled, backend))
    check_sheet(path, len(drawn), force=force)
    record = {"name": sweep.name, "sweep": sweep.identity}
    lines = max(len(wrap_text(label, size[0], max_lines=MAX_LINES)) for label, _ in drawn)
    write_sheet(path, drawn, record, columns=len(table[0]), lines=max(lines, 1), force=force)
    registry().emit(FileSaved(path))
    shown = sum(isinstance(item, SheetPicture) for row in table for item in row)
    if shown == len(pictures):
        return ""
    return f"{path}: shows {shown:,} of {len(pictures):,} pictures, the first one in each row and column"


def _picture_size(pictures: Sequence[SheetPicture]) -> tuple[int, int]:
    """Return the size of every picture on the sheet: the shape of the first one."""
    if not pictures:
        raise LimnerError("the contact sheet has no pictures: no trial is complete")
    width, height = open_artwork(pictures[0].file).recipe.size
    scale = PICTURE_SIZE / max(width, height)  # tiny pictures are enlarged, so that labels fit below
    return max(1, round(width * scale)), max(1, round(height * scale))


def _labelled_picture(
    item: SheetPicture | str, size: tuple[int, int], labelled: Sequence[str], backend: Backend
) -> tuple[str, np.ndarray]:
    """Return the label and the pixels of a picture; the label lists its settings, and the axes in ``labelled``."""
    if isinstance(item, str):
        try:
            return "original", composite_on_white(read_target(item, size=size, cover=True).pixels())
        except LimnerError:  # it was deleted after the sweep began
            return "missing", _blank(size)
    art = open_artwork(item.file)
    settings = {name: value for name, value in item.point.items() if name not in (IMAGE, SEED, STEP)}
    words = [
        f"{_last_name(name)}={value if isinstance(value, str) else show_value(value)}"
        for name, value in settings.items()
    ]
    words += [f"{name} {Path(str(item.point[name])).stem}" for name in labelled]
    words += [f"{item.psnr:.1f} dB"] if item.psnr is not None else []
    pixels = art.render(size, supersample=1 if art.model.is_raster else 2, backend=backend)
    return " ".join(words) or f"seed {item.point[SEED]}", composite_on_white(pixels)


def _blank(size: tuple[int, int]) -> np.ndarray:
    return np.full((size[1], size[0], 3), PAPER, np.uint8)


def _last_name(path: str) -> str:
    return path.rpartition(".")[2]
