"""Pictures of kinds that limner never writes, read through Pillow at once."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from limner.plugin import ArtworkError, Page

MAX_PIXELS = 2**26
MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX")


def read_with_pillow(file: BinaryIO, kind: str, size: tuple[int, int], dpi: float) -> tuple[Page, Iterator[np.ndarray]]:
    """The shape of a picture of 8 bits or fewer, as RGB or RGBA, and the whole of it as one band.

    Args:
        file: where it lies.
        kind: the format, by Pillow's name.
        size: width and height, as the caller found them.
        dpi: likewise.

    Raises:
        ArtworkError: it is damaged, too large to be held at once, or of another mode.
    """
    from PIL import Image

    width, height = size
    if width * height > MAX_PIXELS:
        raise ArtworkError(
            f"the picture has {width}x{height} pixels, and a {kind} of this kind may have {MAX_PIXELS}; "
            "save it anew as plain RGB"
        )
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what Pillow only warns of is damage too
            with Image.open(file, formats=(kind,)) as image:
                mode = image.mode
                if mode in MODES and sorted(image.size) == sorted(size):  # turned by its orientation, perhaps
                    band = np.asarray(image.convert("RGBA" if image.has_transparency_data else "RGB"))
                    return Page(band.shape[1], band.shape[0], band.shape[2], dpi=dpi), iter((band,))
    except Exception as error:  # Pillow raises whatever a damaged file leads it to
        raise ArtworkError(f"the {kind} is damaged, or of a kind that cannot be read") from error
    raise ArtworkError(f"the {kind} has the mode {mode}, which limner does not read; save it anew as RGB")
