"""How a file stores its levels: facts that Pillow does not keep with the pixels of a gray picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.errors import PictureError

if TYPE_CHECKING:
    from PIL.Image import Image

PNG_DEPTHS = {"1": 1, "L;2": 2, "L;4": 4, "L": 8, "I;16B": 16, "RGB;16B": 16}  # bits by Pillow's raw mode
PHOTOMETRIC, BITS, SAMPLE_FORMAT = 262, 258, 339  # TIFF tags
UNSIGNED = 1
"""The TIFF sample format of unsigned integers."""
MISSING_TIFF_MODES = {
    (b"MM", 0, (1,), 1, (16,), ()): ("I;16B", "I;16B"),
    (b"MM", 1, (1,), 1, (32,), ()): ("I", "I;32B"),
}
"""Big-endian gray TIFF files that Pillow decodes in little-endian order only; an entry for its table of modes."""


@dataclass(frozen=True)
class RawLevels:
    """How a file stores its levels.

    Attributes:
        bits: bits of each sample.
        unsigned: whether samples of 32 bits are unsigned integers, which Pillow reads as signed ones.
        inverted: whether white is 0 and Pillow has not inverted the levels.
    """

    bits: int = 8
    unsigned: bool = False
    inverted: bool = False


def raw_levels(image: Image) -> RawLevels:
    """Return how the file of a Pillow image stores its levels; to be called before the pixels are decoded."""
    deep = image.mode.startswith(("I", "F"))
    tags: Any = getattr(image, "tag_v2", None)
    if image.format == "TIFF" and tags:
        bits, kinds = tags.get(BITS, (1,)), tags.get(SAMPLE_FORMAT, (UNSIGNED,))
        return RawLevels(int(bits[0]), kinds[0] == UNSIGNED, deep and tags.get(PHOTOMETRIC) == 0)
    tiles: Any = getattr(image, "tile", None)
    raw = tiles[0][3] if image.format == "PNG" and tiles else None
    return RawLevels(PNG_DEPTHS.get(raw, 8) if isinstance(raw, str) else 16 if deep else 8)


def read_more_tiffs() -> None:
    """Make Pillow read the big-endian files that it decodes in little-endian order only."""
    from PIL import TiffImagePlugin

    for key, modes in MISSING_TIFF_MODES.items():
        TiffImagePlugin.OPEN_INFO.setdefault(key, modes)


def deep_gray(image: Image, raw: RawLevels, name: str) -> np.ndarray:
    """Return a gray picture of more than 8 bits (Pillow's ``I;16``, ``I`` and ``F``) as numbers from 0 to 1.

    Integers are divided by 65535, or by 4095 if they have 12 bits, floats by 1. If the largest number is larger, it
    becomes 1 instead; if the smallest is negative, it becomes 0.

    Returns:
        The picture, float32 ``(h, w)``.

    Raises:
        PictureError: a number is not finite.
    """
    numbers = np.asarray(image)
    if numbers.dtype == np.int32 and raw.bits == 32 and raw.unsigned and image.format == "TIFF":
        numbers = numbers.view(np.uint32)
    plane = numbers.astype(np.float32)
    if not np.isfinite(plane).all():
        raise PictureError(f"{name}: contains numbers that are not finite; save it as PNG or JPEG")
    full = 1.0 if image.mode == "F" else 4095.0 if raw.bits == 12 else 65535.0
    low, high = min(0.0, float(plane.min())), max(full, float(plane.max()))
    shares: np.ndarray = (plane - low) / (high - low)
    return 1 - shares if raw.inverted else shares


def gray_alpha(image: Image, raw: RawLevels) -> np.ndarray | None:
    """Return the opacity ``(h, w)`` of a gray picture one of whose levels is transparent; None if none is.

    PNG stores this level at the depth of the file, but Pillow scales pixels of 2 and 4 bits to 8.
    """
    level = image.info.get("transparency")
    if not isinstance(level, int):
        return None
    pixels = np.asarray(image)
    if image.mode == "1":
        return np.where(pixels == bool(level), np.float32(0), np.float32(1))
    scale = 255 // (2**raw.bits - 1) if raw.bits < 8 else 1
    return np.where(pixels == level * scale, np.float32(0), np.float32(1))
