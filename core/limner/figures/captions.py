"""Captions: a line of text at the bottom of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from limner.figures.text import label_font

if TYPE_CHECKING:
    from PIL import ImageDraw


def draw_caption(pixels: np.ndarray, caption: str) -> np.ndarray:
    """Return pixels with a caption on a dark band at the bottom, in a font small enough for the width.

    Args:
        pixels: ``(h, w, 3 or 4)``, uint8.
        caption: the text; it must not be empty.
    """
    from PIL import Image, ImageDraw

    page = Image.fromarray(pixels)
    size = max(10, round(page.height / 30))
    while size > 1 and label_font(size).getlength(caption) + 4 * size // 3 > page.width:
        size -= 1
    if page.mode == "RGB":
        _draw(ImageDraw.Draw(page, "RGBA"), page.size, caption, size)
        return np.asarray(page)
    overlay = Image.new("RGBA", page.size)  # on a page with alpha, a pen replaces pixels instead of blending
    _draw(ImageDraw.Draw(overlay), page.size, caption, size)
    return np.asarray(Image.alpha_composite(page, overlay))


def _draw(pen: ImageDraw.ImageDraw, page: tuple[int, int], caption: str, size: int) -> None:
    """Draw the band, and the caption in a font of a size."""
    width, height = page
    pen.rectangle((0, height - 2 * size, width, height), fill=(0, 0, 0, 130))
    pen.text((size * 2 // 3, height - size), caption, fill=(255, 255, 255), font=label_font(size), anchor="lm")
