"""Grids of pictures of one size: layout, mosaics, and enlarging of small pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from limner.imaging.planes import to_uint8

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_MOSAIC_PICTURES = 64
"""The largest number of pictures in a mosaic; further ones are omitted."""


@dataclass(frozen=True)
class GridLayout:
    """A grid of cells of one size.

    Attributes:
        cell: width and height of a cell, in pixels.
        columns: number of cells per row.
        rows: number of rows.
        gap: pixels between neighbouring cells.
        left: pixels before the first column.
        top: pixels above the first row.
    """

    cell: tuple[int, int]
    columns: int
    rows: int
    gap: int = 0
    left: int = 0
    top: int = 0

    def cell_origin(self, column: int, row: int) -> tuple[int, int]:
        """Return the left and top edge of a cell, in pixels."""
        width, height = self.cell
        return self.left + column * (width + self.gap), self.top + row * (height + self.gap)

    def numbered_cell_origin(self, number: int) -> tuple[int, int]:
        """Return the left and top edge of the cell with a number, counted row by row, in pixels."""
        return self.cell_origin(number % self.columns, number // self.columns)

    @property
    def end(self) -> tuple[int, int]:
        """The right edge of the last column and the bottom edge of the last row, exclusive."""
        right, bottom = self.cell_origin(self.columns, self.rows)
        return right - self.gap, bottom - self.gap


def mosaic_layout(count: int) -> tuple[int, int]:
    """Return the columns and rows of a mosaic of ``count`` pictures."""
    columns = math.ceil(math.sqrt(min(count, MAX_MOSAIC_PICTURES)))
    return columns, -(-min(count, MAX_MOSAIC_PICTURES) // columns)


def mosaic(pictures: Sequence[np.ndarray]) -> np.ndarray:
    """Return pictures ``(h, w, c)`` of one shape in an approximately square grid; empty cells are black.

    Only the first ``MAX_MOSAIC_PICTURES`` are shown.
    """
    shown = pictures[:MAX_MOSAIC_PICTURES]
    columns, rows = mosaic_layout(len(shown))
    height, width, channels = shown[0].shape
    grid = GridLayout((width, height), columns, rows)
    page = np.zeros((*grid.end[::-1], channels), dtype=shown[0].dtype)
    for i, picture in enumerate(shown):
        left, top = grid.numbered_cell_origin(i)
        page[top : top + height, left : left + width] = picture
    return page


def enlarged_size(size: tuple[int, int], side: int, longest: int = 0, *, even: bool = False) -> tuple[int, int]:
    """Return a width and height multiplied by a whole number.

    Args:
        size: width and height.
        side: minimum length of the shorter side, in pixels; a larger size is unchanged.
        longest: maximum length of the longer side, in pixels, which takes precedence; 0 for no limit.
        even: whether both sides must be even, as in videos.
    """
    scale = max(1, -(-side // min(size)))
    if longest:
        scale = max(1, min(scale, longest // max(size)))
    if even:
        scale += scale % 2 and any(length % 2 for length in size)
    return scale * size[0], scale * size[1]


def enlarge_pixels(picture: np.ndarray, size: tuple[int, int]) -> Image:
    """Return a picture ``(h, w, 3)`` enlarged to a size without smoothing, so that pixels become blocks.

    The picture is uint8, or floats from 0 to 1, which are clipped.
    """
    from PIL.Image import Resampling, fromarray

    pixels = picture if picture.dtype == np.uint8 else to_uint8(np.clip(picture, 0.0, 1.0))
    return fromarray(np.ascontiguousarray(pixels)).resize(size, Resampling.NEAREST)
