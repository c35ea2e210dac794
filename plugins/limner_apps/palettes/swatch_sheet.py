"""A picture of palettes: the name of each, its colours with their codes, and the gradient through them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from limner.app import LimnerError
from limner.app.figures import INK, PAPER, label_font, wrap_text
from limner.app.files import atomic_write, check_target, exists
from limner.app.pictures import read_target, to_uint8
from limner.app.registry import FileSaved, registry
from limner_apps.palettes.palette import Palette, gradient

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageDraw import ImageDraw

MAX_PALETTES = 400
# Lengths in pixels.
MARGIN, GAP = 36, (40, 30)
WIDTH = 560
TITLE_HEIGHT, TITLE_SIZE = 28, 17
SWATCH_HEIGHT, GRADIENT_HEIGHT, BETWEEN = 56, 16, 3
CODE_HEIGHT, CODE_SIZE = 20, 12
PICTURE_SIZE = (WIDTH, 400)
RADIUS = 7
SMOOTHING = 4  # samples of a rounded corner per pixel, along each side
LIGHT = (232, 232, 235)


def check_swatch_sheet(path: Path, sources: Sequence[str] = (), *, force: bool) -> None:
    """Raise an error if the picture of palettes cannot be written, before work begins.

    Raises:
        LimnerError: the file cannot be written, its suffix is not .png, or it is one of the sources.
    """
    if path.suffix.lower() != ".png":
        raise LimnerError(f"{path}: swatches are written as .png; choose a name with that ending")
    check_target(path, force=force, argument="`out`")
    if exists(path) and any(exists(Path(source)) and path.samefile(source) for source in sources):
        raise LimnerError(f"{path}: is the picture that the colours are taken from; choose another name with `out`")


def write_swatch_sheet(path: Path, palettes: Sequence[Palette], *, force: bool) -> None:
    """Write a picture of palettes, as a PNG.

    Raises:
        LimnerError: the file cannot be written, or there are more than 400 palettes.
    """
    if len(palettes) > MAX_PALETTES:
        raise LimnerError(f"{path}: a picture shows at most {MAX_PALETTES} palettes, not {len(palettes)}; make several")
    page = swatch_sheet(palettes)
    with atomic_write(path, force=force) as file:
        page.save(file, format="PNG", optimize=True)
    registry().emit(FileSaved(path))


def swatch_sheet(palettes: Sequence[Palette]) -> Image.Image:
    """Return a picture of palettes, in columns that are read from top to bottom."""
    from PIL import Image, ImageDraw

    cells = [_Cell(palette) for palette in palettes]
    columns = _columns(cells)
    heights = [sum(cell.height for cell in column) + GAP[1] * (len(column) - 1) for column in columns]
    size = (2 * MARGIN + WIDTH * len(columns) + GAP[0] * (len(columns) - 1), 2 * MARGIN + max(heights))
    page = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(page)
    for number, column in enumerate(columns):
        top = MARGIN
        for cell in column:
            cell.draw(page, pen, MARGIN + number * (WIDTH + GAP[0]), top)
            top += cell.height + GAP[1]
    return page


class _Cell:
    """A palette on the page: for a picture also the picture itself."""

    def __init__(self, palette: Palette) -> None:
        self._palette = palette
        self._picture = _thumbnail(palette.name) if palette.source == "picture" else None
        above = self._picture.height + BETWEEN if self._picture else 0
        self.height = TITLE_HEIGHT + above + SWATCH_HEIGHT + BETWEEN + GRADIENT_HEIGHT + CODE_HEIGHT

    def draw(self, page: Image.Image, pen: ImageDraw, left: int, top: int) -> None:
        """Draw the cell with its left upper corner at a point."""
        from PIL import Image

        levels = self._palette.levels
        (title,) = wrap_text(self._palette.title, WIDTH, TITLE_SIZE, max_lines=1, keep_end=True)
        pen.text((left, top + TITLE_HEIGHT - 11), title, fill=LIGHT, font=label_font(TITLE_SIZE), anchor="ls")
        top += TITLE_HEIGHT
        if self._picture:
            _paste_rounded(page, self._picture, (left, top))
            top += self._picture.height + BETWEEN
        swatches = Image.new("RGB", (WIDTH, SWATCH_HEIGHT))
        for (start, end), colour in zip(pairwise(_edges(len(levels))), levels, strict=True):
            swatches.paste(colour, (start, 0, end, SWATCH_HEIGHT))
        _paste_rounded(page, swatches, (left, top))
        top += SWATCH_HEIGHT + BETWEEN
        _paste_rounded(page, _gradient(self._palette.hex), (left, top))
        self._draw_codes(pen, left, top + GRADIENT_HEIGHT + CODE_HEIGHT - 3)

    def _draw_codes(self, pen: ImageDraw, left: int, baseline: int) -> None:
        """Draw the hexadecimal code below each colour, unless they are too many to be read."""
        font, codes = label_font(CODE_SIZE), self._palette.hex
        if WIDTH / len(codes) < font.getlength("#dddddd") + 4:
            return
        for (start, end), code in zip(pairwise(_edges(len(codes))), codes, strict=True):
            pen.text((left + (start + end) / 2, baseline), code, fill=INK, font=font, anchor="ms")


def _columns(cells: Sequence[_Cell]) -> list[list[_Cell]]:
    """Return the cells in columns of about equal height, so that the page is about square."""
    area = sum((cell.height + GAP[1]) * (WIDTH + GAP[0]) for cell in cells)
    count = min(len(cells), max(1, round(math.sqrt(area) / (WIDTH + GAP[0]))))
    rows = math.ceil(len(cells) / count)
    return [list(cells[start : start + rows]) for start in range(0, len(cells), rows)]


def _edges(count: int) -> list[int]:
    """Return the edges of the swatches, from left to right."""
    return [round(WIDTH * i / count) for i in range(count + 1)]


def _thumbnail(name: str) -> Image.Image:
    from PIL import Image

    picture = Image.fromarray(read_target(name, train_size=2 * WIDTH, background="white", setting="`sources`").pixels())
    scale = min(WIDTH / picture.width, PICTURE_SIZE[1] / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _gradient(codes: Sequence[str]) -> Image.Image:
    """Return the gradient through colours."""
    from PIL import Image

    levels = to_uint8(gradient(codes, WIDTH).astype(np.float32))
    return Image.fromarray(np.repeat(levels[None], GRADIENT_HEIGHT, axis=0))


def _paste_rounded(page: Image.Image, picture: Image.Image, at: tuple[int, int]) -> None:
    """Paste a picture with rounded corners."""
    from PIL import Image, ImageDraw

    width, height = picture.size
    mask = Image.new("L", (width * SMOOTHING, height * SMOOTHING))
    box = (0, 0, width * SMOOTHING - 1, height * SMOOTHING - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, radius=RADIUS * SMOOTHING, fill=255)
    page.paste(picture, at, mask.resize(picture.size, Image.Resampling.BOX))
