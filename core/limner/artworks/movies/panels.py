"""The panels of a frame: several artworks as a mosaic, and an original on the left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from limner.figures.mosaic import mosaic, mosaic_layout

if TYPE_CHECKING:
    from limner.artworks.movies.still import Still


def panel_size(still: Still, size: tuple[int, int]) -> tuple[int, int]:
    """Return width and height of each artwork of a still if all of them together have about a size, in pixels."""
    columns, rows = mosaic_layout(1 + len(still.others))
    return max(1, size[0] // columns), max(1, size[1] // rows)


def frame_size(still: Still, size: tuple[int, int]) -> tuple[int, int]:
    """Return width and height of the frame of a still.

    Args:
        still: the still.
        size: width and height of the artworks, in pixels; the original is as large as all of them.
    """
    columns, rows = mosaic_layout(1 + len(still.others))
    width, height = panel_size(still, size)
    return columns * width * (1 + (still.original is not None)), rows * height


def arranged(pictures: Sequence[np.ndarray]) -> np.ndarray:
    """Return the rendered artworks of a still as one picture."""
    return pictures[0] if len(pictures) == 1 else mosaic(pictures)


def beside(original: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """Return an original and a picture side by side; both are RGB, or both RGBA."""
    return np.ascontiguousarray(np.concatenate([original, pixels], axis=1))
