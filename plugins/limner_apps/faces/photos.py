"""Reading photographs, and writing cropped ones, without a recipe."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from limner.app.pictures import SAMPLE_PREFIX, read_picture, to_uint8

SETTING = "`photos`"
FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    ".png": ("PNG", {}),
    ".jpg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".webp": ("WEBP", {"lossless": True}),
    ".tif": ("TIFF", {"compression": "tiff_deflate"}),
}
"""Pillow's name and options for each file suffix. All but JPEG are lossless."""


def read_photograph(name: str) -> np.ndarray:
    """Return a photograph upright, in 8-bit sRGB and over white; of an animation, the first frame.

    Args:
        name: a file, or ``skimage:NAME`` for one of scikit-image's samples.

    Returns:
        uint8, ``(h, w)`` if it is gray, else ``(h, w, 3)``.

    Raises:
        LimnerError: the file is missing, damaged, too large, or not a picture.
    """
    levels = to_uint8(read_picture(name, SETTING).over())
    return levels[0] if len(levels) == 1 else np.ascontiguousarray(np.moveaxis(levels, 0, -1))


def save_photograph(path: Path, pixels: np.ndarray) -> None:
    """Write pixels, uint8 ``(h, w, 3)``, in the format of the file suffix.

    Raises:
        OSError: the file cannot be written.
    """
    from PIL import Image

    kind, options = FORMATS[path.suffix]
    Image.fromarray(pixels).save(path, format=kind, **options)


def file_stems(names: Sequence[str]) -> list[str]:
    """Return a stem for the output files of each photograph: its own stem, numbered where it repeats, ignoring case."""
    taken: set[str] = set()
    stems = []
    for name in names:
        stem = "".join(c if c.isprintable() else "_" for c in Path(name.removeprefix(SAMPLE_PREFIX)).stem)
        free, number = stem, 1
        while free.casefold() in taken:
            number += 1
            free = f"{stem}-{number}"
        taken.add(free.casefold())
        stems.append(free)
    return stems
