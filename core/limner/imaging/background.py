"""The colour behind transparent areas: parsed, and flattened onto."""

from __future__ import annotations

import numpy as np

from limner.errors import LimnerError
from limner.imaging.colors.css import parse_color
from limner.utils.arguments import show_value

TRANSPARENT = "transparent"
"""The CSS colour that stands for no background."""


def parse_background(text: str) -> np.ndarray:
    """Return an opaque CSS colour as RGB, float32 ``(3,)`` from 0 to 1.

    Raises:
        LimnerError: the text is not an opaque colour.
    """
    if not isinstance(text, str):
        raise LimnerError(f"`background`: must be a CSS colour such as 'white', got {show_value(text)}")
    try:
        return np.array(parse_color(text), dtype=np.float32)
    except ValueError as error:
        raise LimnerError(f"background: {error}") from error


def flatten(pixels: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Return pixels ``(h, w, 3 or 4)``, uint8 or uint16, over a colour: ``(h, w, 3)``.

    Args:
        pixels: the pixels; those without opacity are returned unchanged.
        background: RGB from 0 to 1.
    """
    if pixels.shape[-1] == 3:
        return pixels
    max_level = np.uint32(np.iinfo(pixels.dtype).max)
    behind = np.rint(background.astype(np.float64) * float(max_level)).astype(np.uint32)
    alpha = pixels[..., 3:].astype(np.uint32)
    over: np.ndarray = (pixels[..., :3] * alpha + behind * (max_level - alpha) + max_level // 2) // max_level
    return over.astype(pixels.dtype)
