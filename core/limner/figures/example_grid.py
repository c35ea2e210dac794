"""The sheet of a training: held-out pictures, each as input, output and target."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np

from limner.figures.mosaic import GridLayout, enlarge_pixels, enlarged_size
from limner.figures.text import INK, PAPER, label_font, to_drawable

ROW_NAMES = ("input", "output", "target")
GENERATED_ROW_NAMES = ("noise", "made", "real")
"""What they are where no target belongs to an output."""
GAP = 6
MIN_PICTURE_SIDE = 128
"""Pixels of a picture's shorter side that a sheet has at least; smaller ones are enlarged by whole numbers."""
MAX_PICTURE_SIDE = 512
"""Of the longer side, at most: thin pictures are not enlarged beyond."""
TEXT_SIZE = 14
METADATA_KEY, METADATA_VALUE = "Software", "limner: the sheet of a training"

Row = tuple[np.ndarray, np.ndarray, np.ndarray]


def example_grid(rows: Sequence[Row], caption: str = "", names: Sequence[str] = ROW_NAMES) -> np.ndarray:
    """A column for each picture, input above output above target, and a caption below.

    Args:
        rows: input, output and target, ``(h, w, 3)`` from 0 to 1; they may be of several sizes.
        caption: what is told below.
        names: what the three rows are called; none is longer than the longest of ``ROW_NAMES``.

    Returns:
        the sheet, ``(h, w, 3)`` uint8: of one size for the same rows, whatever they show.
    """
    from PIL import Image, ImageDraw

    font, caption = label_font(TEXT_SIZE), to_drawable(caption)
    own = tuple(max(one.shape[axis] for row in rows for one in row) for axis in (1, 0))
    grid = _grid(len(rows), (own[0], own[1]))
    page = Image.new("RGB", grid_size(len(rows), (own[0], own[1]), caption), PAPER)
    pen = ImageDraw.Draw(page)
    for j, name in enumerate(names):
        left, top = grid.cell_origin(0, j)
        pen.text((left - 2 * GAP, top + grid.cell[1] // 2), name, fill=INK, font=font, anchor="rm")
        for i, row in enumerate(rows):
            page.paste(enlarge_pixels(row[j], grid.cell), grid.cell_origin(i, j))
    if caption:
        pen.text((grid.left, page.height - TEXT_SIZE - GAP), caption, fill=INK, font=font, anchor="lm")
    return np.asarray(page)


def grid_size(count: int, size: tuple[int, int], caption: str = "") -> tuple[int, int]:
    """Width and height of the sheet of so many pictures of a width and height."""
    grid = _grid(count, size)
    right, bottom = grid.end
    written = grid.left + round(label_font(TEXT_SIZE).getlength(caption))
    return max(right, written) + GAP, bottom + GAP + (2 * TEXT_SIZE if caption else 0)


def _grid(count: int, size: tuple[int, int]) -> GridLayout:
    """Return the cells of so many pictures of a width and height, to the right of the rows' names."""
    names = round(max(label_font(TEXT_SIZE).getlength(name) for name in ROW_NAMES))
    return GridLayout(
        enlarged_size(size, MIN_PICTURE_SIDE, MAX_PICTURE_SIDE),
        count,
        len(ROW_NAMES),
        gap=GAP,
        left=names + 3 * GAP,
        top=GAP,
    )


def encode_png(sheet: np.ndarray) -> bytes:
    """A sheet as a PNG file, which says what it is."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    file, said = BytesIO(), PngInfo()
    said.add_text(METADATA_KEY, METADATA_VALUE)
    Image.fromarray(sheet).save(file, "PNG", optimize=True, pnginfo=said)
    return file.getvalue()


def is_example_grid(path: Path) -> bool:
    """Is a file the sheet of a training, and not somebody's picture?"""
    from PIL import Image

    try:
        with Image.open(path, formats=["PNG"]) as image:
            return bool(image.info.get(METADATA_KEY) == METADATA_VALUE)
    except (OSError, ValueError):
        return False
