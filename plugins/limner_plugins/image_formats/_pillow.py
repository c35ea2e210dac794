"""What the writers need of Pillow: pictures of kinds that it reads and writes at once, and the profile of sRGB."""

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
SUPPORTED_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX")
DATED = slice(24, 36)  # where a profile says when it was made,
PLATFORM = slice(40, 44)  # and on what


@cache
def srgb_profile() -> bytes:
    """The ICC profile of sRGB, the same bytes every day; empty where this Pillow has no LittleCMS."""
    from PIL import features

    if not features.check("littlecms2"):
        return b""
    from PIL import ImageCms

    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[DATED] = b"".join(number.to_bytes(2, "big") for number in (2000, 1, 1, 0, 0, 0))
    profile[PLATFORM] = bytes(4)
    return bytes(profile)


@contextmanager
def open_with_pillow(file: BinaryIO, kind: str) -> Iterator[ImageFile]:
    """A picture of one format, ``Jpeg``, ``WebP`` or ``Avif``, that can be held; whatever fails is told as damage.

    Raises:
        ArtworkError: it is damaged or too large.
    """
    factory = getattr(import_module(f"PIL.{kind}ImagePlugin"), f"{kind}ImageFile")
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what Pillow only warns of is damage too
            # Not through Image.open, which takes half of MAX_OWN_PIXELS for a bomb already.
            with factory(file, "") as image:
                check_readable(*image.size)
                yield image
    except ArtworkError:
        raise
    except Exception as error:  # Pillow raises whatever a damaged file leads it to
        raise ArtworkError(f"the {kind.upper()} is damaged, or of a kind that cannot be read") from error


def decode_pixels(image: ImageFile, channels: int = 0) -> np.ndarray:
    """The pixels ``(h, w, 3 or 4)``; of as many channels as are asked for, or as the file has.

    Raises:
        ArtworkError: the picture has another mode.
    """
    if image.mode not in SUPPORTED_MODES:
        raise ArtworkError(f"the picture has the mode {image.mode}, which limner does not read; save it anew as RGB")
    alpha = channels == 4 or (not channels and image.has_transparency_data)
    return np.asarray(image.convert("RGBA" if alpha else "RGB"))


def read_with_pillow(
    file: BinaryIO, kind: str, size: tuple[int, int], dpi: float
) -> tuple[ImageInfo, Iterator[np.ndarray]]:
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
                if mode in SUPPORTED_MODES and sorted(image.size) == sorted(size):  # turned by its orientation, perhaps
                    band = np.asarray(image.convert("RGBA" if image.has_transparency_data else "RGB"))
                    return ImageInfo(band.shape[1], band.shape[0], band.shape[2], dpi=dpi), iter((band,))
    except Exception as error:  # Pillow raises whatever a damaged file leads it to
        raise ArtworkError(f"the {kind} is damaged, or of a kind that cannot be read") from error
    raise ArtworkError(f"the {kind} has the mode {mode}, which limner does not read; save it anew as RGB")
