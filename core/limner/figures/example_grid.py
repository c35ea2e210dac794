"""The sheet of a training: held-out pictures, each as input, output and target."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from limner.figures.text import INK, PAPER, drawable, label_font

if TYPE_CHECKING:
    from PIL.Image import Image

NAMES = ("input", "output", "target")
OF_NOISE = ("noise", "made", "real")
"""What they are where no target belongs to an output."""
GAP = 6
SIDE = 128
"""Pixels of a picture's shorter side that a sheet has at least; smaller ones are enlarged by whole numbers."""
LONGEST = 512
"""Of the longer side, at most: thin pictures are not enlarged beyond."""
TEXT = 14
KEY, MARK = "Software", "limner: the sheet of a training"

Row = tuple[np.ndarray, np.ndarray, np.ndarray]


def triptych(rows: Sequence[Row], caption: str = "", names: Sequence[str] = NAMES) -> np.ndarray:
    """A column for each picture, input above output above target, and a caption below.

    Args:
        rows: input, output and target, ``(h, w, 3)`` from 0 to 1; they may be of several sizes.
        caption: what is told below.
        names: what the three rows are called; none is longer than the longest of ``NAMES``.

    Returns:
        the sheet, ``(h, w, 3)`` uint8: of one size for the same rows, whatever they show.
    """
    from PIL import Image, ImageDraw

    font, caption = label_font(TEXT), drawable(caption)
    own = tuple(max(one.shape[axis] for row in rows for one in row) for axis in (1, 0))
    width, height = _cell((own[0], own[1]))
    page = Image.new("RGB", sheet_size(len(rows), (own[0], own[1]), caption), PAPER)
    left, pen = _left(), ImageDraw.Draw(page)
    for j, name in enumerate(names):
        top = GAP + j * (height + GAP)
        pen.text((left - 2 * GAP, top + height // 2), name, fill=INK, font=font, anchor="rm")
        for i, row in enumerate(rows):
            page.paste(_enlarged(row[j], (width, height)), (left + i * (width + GAP), top))
    if caption:
        pen.text((left, page.height - TEXT - GAP), caption, fill=INK, font=font, anchor="lm")
    return np.asarray(page)


def sheet_size(count: int, size: tuple[int, int], caption: str = "") -> tuple[int, int]:
    """Width and height of the sheet of so many pictures of a width and height."""
    width, height = _cell(size)
    across = max(count * (width + GAP), round(label_font(TEXT).getlength(caption)) + GAP)
    return _left() + across, GAP + len(NAMES) * (height + GAP) + (2 * TEXT if caption else 0)


def _cell(size: tuple[int, int]) -> tuple[int, int]:
    scale = max(1, min(-(-SIDE // min(size)), LONGEST // max(size)))
    return size[0] * scale, size[1] * scale


def _left() -> int:
    """Where the pictures begin, behind their names."""
    return round(max(label_font(TEXT).getlength(name) for name in NAMES)) + 3 * GAP


def png(sheet: np.ndarray) -> bytes:
    """A sheet as a PNG file, which says what it is."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    file, said = BytesIO(), PngInfo()
    said.add_text(KEY, MARK)
    Image.fromarray(sheet).save(file, "PNG", optimize=True, pnginfo=said)
    return file.getvalue()


def is_sheet(path: Path) -> bool:
    """Is a file the sheet of a training, and not somebody's picture?"""
    from PIL import Image

    try:
        with Image.open(path, formats=["PNG"]) as image:
            return bool(image.info.get(KEY) == MARK)
    except (OSError, ValueError):
        return False


def _enlarged(picture: np.ndarray, size: tuple[int, int]) -> Image:
    """Pixels as blocks: a sheet shows what is there."""
    from PIL.Image import Resampling, fromarray

    levels = (np.clip(picture, 0.0, 1.0) * 255 + 0.5).astype(np.uint8)
    return fromarray(levels).resize(size, Resampling.NEAREST)
