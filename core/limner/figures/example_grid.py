"""The example grid of a training run: validation pictures, each as input, output and target."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np

from limner.figures.mosaic import GridLayout, enlarge_pixels, enlarged_size
from limner.figures.text import INK, PAPER, label_font, to_drawable

ROW_NAMES = ("input", "output", "target")
GENERATED_ROW_NAMES = ("noise", "made", "real")
"""The names of the rows if outputs have no targets."""
GAP = 6
MIN_PICTURE_SIDE = 128
"""Pixels along the shorter side of a picture; smaller pictures are enlarged by whole numbers."""
MAX_PICTURE_SIDE = 512
"""Pixels along the longer side, beyond which thin pictures are not enlarged."""
TEXT_SIZE = 14
METADATA_KEY, METADATA_VALUE = "Software", "limner: the sheet of a training"

Row = tuple[np.ndarray, np.ndarray, np.ndarray]


def example_grid(rows: Sequence[Row], caption: str = "", names: Sequence[str] = ROW_NAMES) -> np.ndarray:
    """Return a grid with a column per example, input above output above target, and a caption below.

    Args:
        rows: input, output and target of each example, ``(h, w, 3)`` from 0 to 1; sizes may differ.
        caption: the text below the grid.
        names: the names of the three rows; none may be longer than the longest of ``ROW_NAMES``.

    Returns:
        The grid, uint8 ``(h, w, 3)``; its size depends only on the sizes of the pictures and the caption.
    """
    from PIL import Image, ImageDraw

    font, caption = label_font(TEXT_SIZE), to_drawable(caption)
    width, height = (max(picture.shape[axis] for row in rows for picture in row) for axis in (1, 0))
    grid = _grid(len(rows), (width, height))
    page = Image.new("RGB", grid_size(len(rows), (width, height), caption), PAPER)
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
    """Return width and height of the grid of ``count`` examples of a width and height."""
    grid = _grid(count, size)
    right, bottom = grid.end
    caption_end = grid.left + round(label_font(TEXT_SIZE).getlength(caption))
    return max(right, caption_end) + GAP, bottom + GAP + (2 * TEXT_SIZE if caption else 0)


def _grid(count: int, size: tuple[int, int]) -> GridLayout:
    """Return the layout of ``count`` examples of a width and height, to the right of the names of the rows."""
    names = round(max(label_font(TEXT_SIZE).getlength(name) for name in ROW_NAMES))
    return GridLayout(
        enlarged_size(size, MIN_PICTURE_SIDE, MAX_PICTURE_SIDE),
        count,
        len(ROW_NAMES),
        gap=GAP,
        left=names + 3 * GAP,
        top=GAP,
    )


def encode_png(grid: np.ndarray) -> bytes:
    """Return an example grid as a PNG file, with metadata that identifies it."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    file, metadata = BytesIO(), PngInfo()
    metadata.add_text(METADATA_KEY, METADATA_VALUE)
    Image.fromarray(grid).save(file, "PNG", optimize=True, pnginfo=metadata)
    return file.getvalue()


def is_example_grid(path: Path) -> bool:
    """Return whether a file is an example grid of limner, not a picture of the user."""
    from PIL import Image

    try:
        if not path.is_file():  # opening a FIFO would wait for another program
            return False
        with Image.open(path, formats=["PNG"]) as image:
            return bool(image.info.get(METADATA_KEY) == METADATA_VALUE)
    except (OSError, ValueError):
        return False
