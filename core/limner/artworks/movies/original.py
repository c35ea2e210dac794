"""The original that a frame shows next to an artwork."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from limner.figures.mosaic import mosaic, mosaic_layout
from limner.imaging.planes import resized, to_uint8

KEPT_SIZES = 4
"""The number of sizes at which an original is kept."""


@dataclass(frozen=True, eq=False)
class Original:
    """What a frame shows on the left: one picture, or a mosaic of several.

    Attributes:
        pixels: the pixels, ``(h, w, 3 or 4)`` uint8.
        count: the number of pictures in the mosaic.
    """

    pixels: np.ndarray
    count: int = 1

    def at(self, size: tuple[int, int]) -> np.ndarray:
        """Return the pixels with width and height of each picture changed to ``size``."""
        return _resized_mosaic(self, size)

    def pictures(self, size: tuple[int, int]) -> list[np.ndarray]:
        """Return the pictures one by one, each changed to width and height ``size``."""
        columns, rows = mosaic_layout(self.count)
        height, width = self.pixels.shape[0] // rows, self.pixels.shape[1] // columns
        pictures = []
        for i in range(self.count):
            top, left = i // columns * height, i % columns * width
            planes = self.pixels[top : top + height, left : left + width].transpose(2, 0, 1).astype(np.float32) / 255
            pictures.append(to_uint8(resized(planes, size)).transpose(1, 2, 0))
        return pictures


@lru_cache(maxsize=KEPT_SIZES)
def _resized_mosaic(original: Original, size: tuple[int, int]) -> np.ndarray:
    """Return a mosaic whose pictures are resized one by one, so that no colour crosses an edge."""
    pictures = original.pictures(size)
    pixels = mosaic(pictures) if original.count > 1 else np.ascontiguousarray(pictures[0])
    pixels.setflags(write=False)
    return pixels
