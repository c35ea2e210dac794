"""Open picture files from outside, which may have any format or content."""

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
"""The formats that Pillow decodes itself; PostScript, for example, would run another program."""


def open_picture(name: str, setting: str) -> Image:
    """Return the first picture in a file, decoded and upright, in its own mode.

    Args:
        name: a file, or ``skimage:NAME`` for a sample picture of scikit-image.
        setting: the argument or option that holds the name, for messages.

    Raises:
        LimnerError: the file is missing, damaged, too large, or not a picture.
    """
    return _open(find_picture(name, setting), name)


def picture_bytes(name: str, setting: str) -> bytes:
    """Return the bytes of a picture's file, for its digest.

    Raises:
        LimnerError: the file is missing or cannot be read.
    """
    try:
        return find_picture(name, setting).read_bytes()
    except OSError as error:
        raise LimnerError(f"{name}: cannot be read: {os_reason(error)}") from error


def deep_gray(image: Image, name: str) -> np.ndarray:
    """Return a gray picture of 16 bits or more (Pillow's ``I;16``, ``I`` and ``F``) as numbers from 0 to 1.

    Integers are divided by 65535, floats by 1. If the largest number is larger, it becomes 1 instead; if the smallest
    is negative, it becomes 0.

    Returns:
        The picture, float32 ``(h, w)``.

    Raises:
        LimnerError: a number is not finite.
    """
    plane = np.asarray(image).astype(np.float32)
    if not np.isfinite(plane).all():
        raise LimnerError(f"{name}: contains numbers that are not finite; save it as PNG or JPEG")
    low, high = min(0.0, float(plane.min())), max(1.0 if image.mode == "F" else 65535.0, float(plane.max()))
    return (plane - low) / (high - low)


@contextmanager
def decoded(path: Path) -> Iterator[Image]:
    """Open and decode a file with Pillow and yield the picture; errors are whatever Pillow raises."""
    from PIL import Image

    Image.init()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(path, formats=[f for f in PILLOW_FORMATS if f in Image.OPEN]) as image:
            image.load()
            yield image


def _open(path: Path, name: str) -> Image:
    """Return the first picture in a file, decoded and upright."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with decoded(path) as image:
            return ImageOps.exif_transpose(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        limit = Image.MAX_IMAGE_PIXELS
        raise LimnerError(f"{name}: has more than {limit} pixels, possibly an attack; make it smaller first") from error
    except PermissionError as error:
        raise LimnerError(f"{name}: cannot be read: permission denied; change its permissions, or copy it") from error
    except UnidentifiedImageError as error:
        raise LimnerError(f"{name}: is not a picture that limner can read; save it as PNG or JPEG") from error
    except Exception as error:  # Pillow raises many kinds of errors for damaged files
        raise LimnerError(f"{name}: the picture is damaged or incomplete ({error}); replace the file") from error
