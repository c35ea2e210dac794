"""Opening pictures of any kind, which come from outside and may be anything."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from limner.errors import LimnerError
from limner.imaging.discovery import find_picture
from limner.utils.paths import os_reason

if TYPE_CHECKING:
    from PIL.Image import Image

PILLOW_FORMATS = (
    "AVIF", "BMP", "GIF", "ICO", "JPEG", "JPEG2000", "PCX", "PNG", "PPM", "QOI", "SGI", "TGA", "TIFF", "WEBP",
)  # fmt: skip
"""Those that Pillow reads by itself; it hands PostScript to another program."""


def open_picture(name: str, setting: str) -> Image:
    """Return a picture, or the first of several in its file, upright and decoded, in whatever mode it has.

    Args:
        name: a file, or ``skimage:NAME`` for one of scikit-image's samples.
        setting: where the name came from; messages tell it.

    Raises:
        LimnerError: it is missing, damaged, too large, or no picture.
    """
    return _open(find_picture(name, setting), name)


def picture_bytes(name: str, setting: str) -> bytes:
    """Return a picture's file as it is, for its digest.

    Raises:
        LimnerError: it is missing, or cannot be read.
    """
    try:
        return find_picture(name, setting).read_bytes()
    except OSError as error:
        raise LimnerError(f"{name}: cannot be read: {os_reason(error)}") from error


def deep_gray(image: Image, name: str) -> np.ndarray:
    """Return the levels of a gray picture of 16 bits or more (Pillow's ``I;16``, ``I`` and ``F``), 0 to 1.

    Whole numbers are taken over 65535, fractions as they are; either over the peak, where that is larger, and from the
    lowest, where that is negative.

    Returns:
        float32, ``(h, w)``.

    Raises:
        LimnerError: a number is not finite.
    """
    plane = np.asarray(image).astype(np.float32)
    if not np.isfinite(plane).all():
        raise LimnerError(f"{name}: holds numbers that are not finite; save it as PNG or JPEG")
    low, high = min(0.0, float(plane.min())), max(1.0 if image.mode == "F" else 65535.0, float(plane.max()))
    return (plane - low) / (high - low)


@contextmanager
def decoded(path: Path) -> Iterator[Image]:
    """Yield a file's picture as Pillow reads it by itself; errors are whatever Pillow raises."""
    from PIL import Image

    Image.init()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(path, formats=[f for f in PILLOW_FORMATS if f in Image.OPEN]) as image:
            image.load()
            yield image


def _open(path: Path, name: str) -> Image:
    """The picture, or the first of several in the file, upright and decoded."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with decoded(path) as image:
            return ImageOps.exif_transpose(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        most = Image.MAX_IMAGE_PIXELS
        raise LimnerError(f"{name}: has more than {most} pixels, which may be a trap; make it smaller first") from error
    except PermissionError as error:
        raise LimnerError(f"{name}: may not be read (permission denied); change that, or copy the file") from error
    except UnidentifiedImageError as error:
        raise LimnerError(f"{name}: is not a picture of a kind that limner reads; save it as PNG or JPEG") from error
    except Exception as error:  # Pillow raises whatever a damaged file leads it to
        raise LimnerError(f"{name}: the picture is damaged or incomplete ({error}); fetch or save it anew") from error
