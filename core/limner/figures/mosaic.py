"""Pictures of one size in rows: where each is on a page, and how small ones are enlarged."""

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
"""The largest number of pictures in a mosaic."""


@dataclass(frozen=True)
class GridLayout:
    """Cells of one size, in rows.

    Attributes:
        cell: a cell's width and height, pixels.
        columns: cells in a row.
        rows: how many rows there are.
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
        """Return the left and the top edge of a cell."""
        width, height = self.cell
        return self.left + column * (width + self.gap), self.top + row * (height + self.gap)

    def numbered_cell_origin(self, number: int) -> tuple[int, int]:
        """Return the left and the top edge of a cell by its number, counted row by row."""
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
    """Return pictures ``(h, w, c)`` of one shape side by side, as near to a square as they go; what is left is black.

    Only the first ``MAX_MOSAIC_PICTURES`` are drawn.
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
    """Return a width and height that are a whole number of times larger.

    Args:
        size: width and height.
        side: pixels that the shorter side is to have at least; a size that has them stays as it is.
        longest: pixels that the longer side may have at most, which counts for more; 0 for no limit.
        even: whether both sides must be even, as videos need it.
    """
    scale = max(1, -(-side // min(size)))
    if longest:
        scale = max(1, min(scale, longest // max(size)))
    if even:
        scale += scale % 2 and any(length % 2 for length in size)
    return scale * size[0], scale * size[1]


def enlarge_pixels(picture: np.ndarray, size: tuple[int, int]) -> Image:
    """Return a picture ``(h, w, 3)`` at a size, its pixels as blocks: nothing that is there is smoothed.

    It holds levels, uint8, or floats from 0 to 1; those outside are clipped.
    """
    from PIL.Image import Resampling, fromarray

    own = picture if picture.dtype == np.uint8 else to_uint8(np.clip(picture, 0.0, 1.0))
    return fromarray(np.ascontiguousarray(own)).resize(size, Resampling.NEAREST)
