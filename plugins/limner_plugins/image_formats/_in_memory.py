"""The base of formats that hold the whole picture in memory, and the size limit that follows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from limner.plugin import ArtworkError, ImageFormat, ImageInfo, LimnerError
from limner_plugins.image_formats._bands import regroup

MAX_PIXELS_IN_MEMORY = 178_000_000  # slightly below Pillow's limit for decompression bombs


class InMemoryFormat(ImageFormat):
    """An image format that holds the whole picture in memory."""

    streams: ClassVar[bool] = False

    def check(self, info: ImageInfo) -> None:
        """Raise an error also if the picture is too large to be held in memory."""
        super().check(info)
        check_writable(info)


def check_writable(info: ImageInfo) -> None:
    """Raise an error if a picture to be written is too large to be held in memory.

    Raises:
        LimnerError: the picture has more than ``MAX_PIXELS_IN_MEMORY`` pixels.
    """
    if info.width * info.height > MAX_PIXELS_IN_MEMORY:
        raise LimnerError(
            f"this format is limited to {MAX_PIXELS_IN_MEMORY} pixels, got {info.width}x{info.height}; "
            "choose a smaller `size`, or .png or .tiff"
        )


def check_readable(width: int, height: int) -> None:
    """Raise an error if a picture to be read has no pixels, or too many to be held in memory.

    Raises:
        ArtworkError: the number of pixels is not 1 to ``MAX_PIXELS_IN_MEMORY``.
    """
    if not (width >= 1 and height >= 1 and width * height <= MAX_PIXELS_IN_MEMORY):
        raise ArtworkError(f"the picture has {width}x{height} pixels; limner reads at most {MAX_PIXELS_IN_MEMORY}")


def concatenate_bands(bands: Iterator[np.ndarray], info: ImageInfo) -> np.ndarray:
    """Return all bands as one array ``(height, width, channels)``."""
    (pixels,) = list(regroup(bands, info, info.height))
    return pixels
