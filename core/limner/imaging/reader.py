"""Read picture files from outside, which may have any format or content."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from limner.errors import LimnerError, PictureError
from limner.imaging.decoding.bare_copies import bare_copies
from limner.imaging.decoding.decoder import decode
from limner.imaging.decoding.errors import is_too_large, reading_errors
from limner.imaging.decoding.picture_formats import PICTURE_FORMATS
from limner.imaging.decoding.raw_levels import read_more_tiffs
from limner.imaging.discovery import find_picture
from limner.imaging.loaded_image import LoadedImage
from limner.utils.paths import os_reason

if TYPE_CHECKING:
    from PIL.Image import Image


def read_picture(name: str, setting: str) -> LoadedImage:
    """Return the first picture in a file, upright and in sRGB.

    This is the only reader of pictures from outside: ``fit``, ``blend``, the encoder ``image``, ``faces`` and
    ``translate`` all call it. Only damaged pixels make a file unreadable: metadata that cannot be read is ignored.

    Args:
        name: a file, or ``skimage:NAME`` for a sample picture of scikit-image.
        setting: the argument or option that holds the name, for messages.

    Raises:
        PictureError: the file is damaged, too large, or not a picture.
        LimnerError: there is no such file.
    """
    path = find_picture(name, setting)
    with reading_errors(name):
        try:
            with _opened(path) as image:
                return LoadedImage(name, *decode(image, name))
        except Exception as error:
            if isinstance(error, LimnerError | PermissionError) or is_too_large(error):
                raise
            tried = [path.read_bytes()]
            for copy in bare_copies(tried[0]):
                if copy in tried:
                    continue
                tried.append(copy)
                try:
                    with _opened(io.BytesIO(copy)) as image:
                        return LoadedImage(name, *decode(image, name))
                except Exception:  # noqa: BLE001, S112 - the next copy has less metadata; the first error is reported
                    continue
            raise


def picture_bytes(name: str, setting: str) -> bytes:
    """Return the bytes of a picture's file, for its digest.

    Raises:
        LimnerError: the file is missing or cannot be read.
    """
    try:
        return find_picture(name, setting).read_bytes()
    except OSError as error:
        raise PictureError(f"{name}: cannot be read: {os_reason(error)}") from error


@contextmanager
def decoded(path: Path) -> Iterator[Image]:
    """Open and decode a file with Pillow and yield the picture; errors are whatever Pillow raises."""
    with _opened(path) as image:
        image.load()
        yield image


@contextmanager
def _opened(file: Path | io.BytesIO) -> Iterator[Image]:
    """Open a file with Pillow and yield the picture, whose pixels are not decoded yet."""
    from PIL import Image

    Image.init()
    read_more_tiffs()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(file, formats=[name for name in PICTURE_FORMATS if name in Image.OPEN]) as image:
            yield image
