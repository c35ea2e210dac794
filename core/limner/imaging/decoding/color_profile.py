"""Conversion of pictures from their ICC profile to sRGB."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}  # ICC colour spaces by Pillow mode


def srgb(image: Image) -> Image:
    """Return a colour picture of any mode as 8-bit sRGB, in the mode ``RGB``, without its opacity.

    If the picture has a profile that LittleCMS supports and that matches the mode, it is applied. Otherwise the values
    are taken as sRGB, and CMYK is converted by Pillow's formula.

    Raises:
        ValueError: Pillow cannot convert this mode to RGB.
    """
    # Via RGBA, because Pillow warns if a palette with partial opacity is converted to RGB directly.
    flat = image if image.mode == "CMYK" else image.convert("RGBA").convert("RGB")
    transform = _transform(image, flat.mode)
    return flat.convert("RGB") if transform is None else _applied(transform, flat)


def gray_curve(image: Image) -> np.ndarray | None:
    """Return the sRGB values of the gray levels 0 to 255 by a picture's profile, from 0 to 1, float32 ``(256,)``.

    The result is None if the picture has no usable profile. LittleCMS rounds to whole levels.
    """
    from PIL import Image

    transform = _transform(image, "L")
    if transform is None:
        return None
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    levels: np.ndarray = np.asarray(_applied(transform, ramp), dtype=np.float32)[0].mean(axis=1) / 255
    return levels


def _transform(image: Image, mode: str) -> Any:
    """Return the LittleCMS transform from the picture's profile to sRGB; None if there is none."""
    data = image.info.get("icc_profile")
    if not data:
        return None
    from PIL import ImageCms

    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(data))
        if profile.profile.xcolor_space.strip() != SPACES[mode]:
            return None
        flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
        if mode == "L":
            flags |= ImageCms.Flags.NOOPTIMIZE  # the optimized transform is wrong by up to ten levels in dark areas
        intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
        return ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), mode, "RGB", intent, flags)
    except (
        ImageCms.PyCMSError,
        OSError,
        ValueError,
        TypeError,
        ImportError,
    ):  # ImportError: a Pillow without LittleCMS
        return None


def _applied(transform: Any, image: Image) -> Image:
    from PIL import ImageCms

    converted = ImageCms.applyTransform(image, transform)
    return image if converted is None else converted
