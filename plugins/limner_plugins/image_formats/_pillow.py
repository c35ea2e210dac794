"""Reading pictures with Pillow, and the ICC profile of sRGB."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from limner.plugin import ArtworkError, ImageInfo
from limner_plugins.image_formats._in_memory import check_readable

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

MAX_PIXELS = 2**26
"""The maximum number of pixels of a picture that is only read to be converted, such as a palette PNG."""
SUPPORTED_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX")
DATE = slice(24, 36)  # the bytes of an ICC profile that hold its creation date
PLATFORM = slice(40, 44)  # the bytes of an ICC profile that hold the platform


@cache
def srgb_profile() -> bytes:
    """Return the ICC profile of sRGB, or an empty string if Pillow was built without LittleCMS.

    Date and platform are overwritten, so that the profile, and hence every file, is reproducible.
    """
    from PIL import features

    if not features.check("littlecms2"):
        return b""
    from PIL import ImageCms

    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[DATE] = b"".join(number.to_bytes(2, "big") for number in (2000, 1, 1, 0, 0, 0))
    profile[PLATFORM] = bytes(4)
    return bytes(profile)


@contextmanager
def open_with_pillow(file: BinaryIO, kind: str) -> Iterator[ImageFile]:
    """Open a picture of one format, ``Jpeg``, ``WebP`` or ``Avif``; any failure is reported as damage.

    Raises:
        ArtworkError: the picture is damaged or too large.
    """
    factory = getattr(import_module(f"PIL.{kind}ImagePlugin"), f"{kind}ImageFile")
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow only warns about some kinds of damage
            # Image.open would warn about a decompression bomb at half of MAX_PIXELS_IN_MEMORY.
            with factory(file, "") as image:
                check_readable(*image.size)
                yield image
    except ArtworkError:
        raise
    except Exception as error:  # a damaged file can make Pillow raise any exception
        raise ArtworkError(f"the {kind.upper()} is damaged or of an unsupported kind") from error


def decode_pixels(image: ImageFile, channels: int = 0) -> np.ndarray:
    """Return the pixels of a picture, ``(h, w, 3 or 4)``, uint8.

    Args:
        image: the picture.
        channels: the number of channels to return; by default 4 if the picture has transparency, otherwise 3.

    Raises:
        ArtworkError: the mode of the picture is not supported.
    """
    if image.mode not in SUPPORTED_MODES:
        raise ArtworkError(f"the picture has the unsupported mode {image.mode}; convert it to RGB")
    alpha = channels == 4 or (not channels and image.has_transparency_data)
    return np.asarray(image.convert("RGBA" if alpha else "RGB"))


def read_with_pillow(
    file: BinaryIO, kind: str, size: tuple[int, int], dpi: float
) -> tuple[ImageInfo, Iterator[np.ndarray]]:
    """Return the shape and resolution of a picture of at most 8 bits, and all of its pixels as one RGB or RGBA band.

    Args:
        file: the file of the picture.
        kind: the name of the format in Pillow.
        size: width and height in the file's header, in pixels.
        dpi: the resolution in the file's header.

    Raises:
        ArtworkError: the picture is damaged, too large, or has an unsupported mode.
    """
    from PIL import Image

    width, height = size
    if width * height > MAX_PIXELS:
        raise ArtworkError(
            f"the picture has {width}x{height} pixels; a {kind} of this kind may have at most {MAX_PIXELS}; "
            "convert it to plain RGB"
        )
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow only warns about some kinds of damage
            with Image.open(file, formats=(kind,)) as image:
                mode = image.mode
                if mode in SUPPORTED_MODES and sorted(image.size) == sorted(size):  # may be rotated
                    band = np.asarray(image.convert("RGBA" if image.has_transparency_data else "RGB"))
                    return ImageInfo(band.shape[1], band.shape[0], band.shape[2], dpi=dpi), iter((band,))
    except Exception as error:  # a damaged file can make Pillow raise any exception
        raise ArtworkError(f"the {kind} is damaged or of an unsupported kind") from error
    raise ArtworkError(f"the {kind} has the unsupported mode {mode}; convert it to RGB")
