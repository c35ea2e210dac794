"""Photographs as they are looked at, and as they are written: pixels alone, without a recipe."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from limner.app.pictures import SAMPLE_PREFIX, colour_and_alpha, open_picture

SETTING = "`photos`"
FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    ".png": ("PNG", {}),
    ".jpg": ("JPEG", {"quality": 95, "subsampling": 0}),
    ".webp": ("WEBP", {"lossless": True}),
    ".tif": ("TIFF", {"compression": "tiff_deflate"}),
}
"""What Pillow calls them, and how they are written: only JPEG loses anything."""


def read_photograph(name: str) -> np.ndarray:
    """A photograph: upright, the first of an animation, in sRGB, in 8 bits, what is clear over white.

    Args:
        name: a file, or ``skimage:NAME`` for one of scikit-image's samples.

    Returns:
        uint8, ``(h, w)`` where it is gray, else ``(h, w, 3)``.

    Raises:
        LimnerError: it is missing, damaged, too large, or no picture.
    """
    colour, alpha = colour_and_alpha(open_picture(name, SETTING), name)
    if alpha is not None:
        colour = alpha * colour + (1 - alpha)
    levels = [(plane * 255 + np.float32(0.5)).astype(np.uint8) for plane in colour]
    return levels[0] if len(levels) == 1 else np.stack(levels, axis=-1)


def save_photograph(path: Path, pixels: np.ndarray) -> None:
    """Write pixels, uint8 ``(h, w, 3)``, in the format that the ending names.

    Raises:
        OSError: the file cannot be written.
    """
    from PIL import Image

    kind, options = FORMATS[path.suffix]
    Image.fromarray(pixels).save(path, format=kind, **options)


def file_stems(names: Sequence[str]) -> list[str]:
    """What files that are made of photographs are named after: their stems, each once, whatever the case of letters."""
    taken: set[str] = set()
    out = []
    for name in names:
        stem = "".join(c if c.isprintable() else "_" for c in Path(name.removeprefix(SAMPLE_PREFIX)).stem)
        free, number = stem, 1
        while free.casefold() in taken:
            number += 1
            free = f"{stem}-{number}"
        taken.add(free.casefold())
        out.append(free)
    return out
