"""ICC profiles of printing conditions, and the conversion of sRGB to their CMYK with LittleCMS."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from limner.plugin import LimnerError

Intent: TypeAlias = Literal["relative", "perceptual"]

MAX_PROFILE = 2**24
"""The maximum size of a profile, in bytes; those of common printing conditions have 0.5 to 10 MB."""
MIN_PROFILE = 132  # bytes: the header, and the number of tags
SIGNATURE = slice(36, 40)  # the bytes of a profile that hold the letters acsp
SPACE_NAMES = {"GRAY": "gray", "RGB": "RGB", "CMYK": "CMYK", "Lab": "Lab"}
CHOOSE = "choose the .icc file of a printing condition, such as PSOcoated_v3.icc"


def read_profile(path: str) -> bytes:
    """Return the contents of a file with a CMYK profile.

    Raises:
        LimnerError: the file is missing or unreadable, or is not the profile of a CMYK printing condition.
    """
    place = Path(path)
    try:
        if not place.exists():
            raise LimnerError(f"`profile` {path}: there is no such file; {CHOOSE}")
        if not place.is_file():
            raise LimnerError(f"`profile` {path}: is not a file; {CHOOSE}")
        with place.open("rb") as file:
            data = file.read(MAX_PROFILE + 1)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise LimnerError(f"`profile` {path}: cannot be read: {reason.lower()}") from error
    try:
        ink_transform(data, "relative", black_point=True)
    except LimnerError as error:
        raise LimnerError(f"`profile` {path}: {error}; {CHOOSE}") from error
    return data


def ink_transform(profile: bytes, intent: Intent, *, black_point: bool) -> Any:
    """Return LittleCMS's transform from sRGB to the CMYK of a profile.

    Args:
        profile: the contents of the profile, untrusted.
        intent: the rendering intent: relative colorimetric or perceptual.
        black_point: whether black point compensation maps the darkest sRGB to the darkest ink.

    Raises:
        LimnerError: the profile is invalid, or is not one of a CMYK output device.
    """
    from PIL import features

    if not features.check("littlecms2"):
        raise LimnerError("needs a Pillow that was built with LittleCMS; install one from PyPI")
    from PIL import ImageCms

    if not MIN_PROFILE <= len(profile) <= MAX_PROFILE or profile[SIGNATURE] != b"acsp":
        raise LimnerError("is not an ICC profile")
    kind = ImageCms.Intent.PERCEPTUAL if intent == "perceptual" else ImageCms.Intent.RELATIVE_COLORIMETRIC
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION if black_point else ImageCms.Flags.NONE
    try:
        device = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space, role = device.profile.xcolor_space.strip(), device.profile.device_class
        if space != "CMYK":
            raise LimnerError(f"is a profile for {SPACE_NAMES.get(space, space)} colours, not for CMYK")
        if role != "prtr":
            raise LimnerError("is not the profile of a printing condition but of another kind")
        return ImageCms.buildTransform(device_srgb(), device, "RGB", "CMYK", kind, flags)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        raise LimnerError("is a damaged ICC profile, or cannot convert to CMYK") from error


def device_srgb() -> Any:
    """Return LittleCMS's profile of sRGB, the colours of rendered pixels."""
    from PIL import ImageCms

    return ImageCms.createProfile("sRGB")


def description_of(profile: bytes) -> str:
    """Return the name that a valid profile has for itself, such as ``Coated FOGRA39``; empty if it has none."""
    from PIL import ImageCms

    try:
        name = str(ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return ""
    return "".join(c for c in name.strip() if c.isprintable())[:100]


def to_ink(transform: Any, bands: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    """Yield bands ``(rows, width, 3)`` of 8-bit sRGB as amounts of ink ``(rows, width, 4)``, 255 for full ink."""
    from PIL import Image, ImageCms

    for band in bands:
        converted = ImageCms.applyTransform(Image.fromarray(np.ascontiguousarray(band)), transform)
        yield np.asarray(converted)
