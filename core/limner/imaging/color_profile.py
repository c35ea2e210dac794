"""The colours that a file means by its ICC profile, in sRGB."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}


def srgb(image: Image) -> Image:
    """A picture of any mode in colour as 8-bit sRGB, in the mode ``RGB``, without its opacity.

    Its profile is followed where it has one that LittleCMS understands and that fits its mode; else the numbers are
    taken as they are, and inks as Pillow mixes them.

    Raises:
        ValueError: Pillow cannot turn this mode into RGB.
    """
    # By way of RGBA: Pillow warns of a palette with shades of opacity that loses them in one step.
    flat = image if image.mode == "CMYK" else image.convert("RGBA").convert("RGB")
    transform = _transform(image, flat.mode)
    return flat.convert("RGB") if transform is None else _applied(transform, flat)


def gray_curve(image: Image) -> np.ndarray | None:
    """What a gray picture's profile makes of the levels 0 to 255: sRGB from 0 to 1, float32 ``(256,)``.

    None where it has no profile that can be followed. LittleCMS answers in whole levels.
    """
    from PIL import Image

    transform = _transform(image, "L")
    if transform is None:
        return None
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    levels: np.ndarray = np.asarray(_applied(transform, ramp), dtype=np.float32)[0].mean(axis=1) / 255
    return levels


def _transform(image: Image, mode: str) -> Any:
    """LittleCMS's way from the picture's profile to sRGB, or None."""
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
            flags |= ImageCms.Flags.NOOPTIMIZE  # its short cut is wrong by up to ten levels where it is dark
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

    done = ImageCms.applyTransform(image, transform)
    return image if done is None else done
