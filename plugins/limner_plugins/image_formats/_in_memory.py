"""The base of formats that hold the whole picture at once, and how large it may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from limner.plugin import ArtworkError, ImageFormat, ImageInfo, LimnerError
from limner_plugins.image_formats._bands import regroup

MAX_PIXELS_IN_MEMORY = 178_000_000  # a little fewer than Pillow takes for a decompression bomb


class InMemoryFormat(ImageFormat):
    """A format that is written and read at once."""

    streams: ClassVar[bool] = False

    def check(self, info: ImageInfo) -> None:
        """Refuse also what is too large to be held at once."""
        super().check(info)
        check_writable(info)


def check_writable(info: ImageInfo) -> None:
    """Refuse a page that is too large to be held at once.

    Raises:
        LimnerError: it has more than ``MAX_OWN_PIXELS``.
    """
    if info.width * info.height > MAX_PIXELS_IN_MEMORY:
        raise LimnerError(
            f"this format is written at once and takes {MAX_PIXELS_IN_MEMORY} pixels, not {info.width}x{info.height}; "
            "choose a smaller `size`, or .png or .tiff"
        )


def check_readable(width: int, height: int) -> None:
    """Refuse a picture in a file that has no pixels, or too many to be held at once.

    Raises:
        ArtworkError: so it is.
    """
    if not (width >= 1 and height >= 1 and width * height <= MAX_PIXELS_IN_MEMORY):
        raise ArtworkError(f"the picture has {width}x{height} pixels, and limner reads {MAX_PIXELS_IN_MEMORY}")


def concatenate_bands(bands: Iterator[np.ndarray], info: ImageInfo) -> np.ndarray:
    """Return all bands as one picture ``(height, width, channels)``."""
    (pixels,) = list(regroup(bands, info, info.height))
    return pixels
