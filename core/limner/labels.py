"""The look of pages that show several pictures: their paper, and the words under each picture."""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

PAPER = (18, 18, 20)
INK = (168, 168, 172)


@cache
def label_font(size: int = 13) -> FreeTypeFont | ImageFont:
    """The font of labels, so many pixels tall."""
    from PIL import ImageFont

    return ImageFont.load_default(size)


def wrapped(text: str, width: int, size: int = 13, most: int = 3) -> list[str]:
    """The text in lines of ``width`` pixels at the most; what is beyond ``most`` lines, or of a long word, is cut."""
    font = label_font(size)
    lines: list[str] = []
    for word in "".join(c if c.isprintable() else " " for c in text).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines[most - 1 :] = [" ".join(lines[most - 1 :])]
    return [_cut(line, width, size) for line in lines]


def _cut(line: str, width: int, size: int) -> str:
    """The line, or as much of its beginning as fits, with dots behind."""
    font = label_font(size)
    if font.getlength(line) <= width:
        return line
    fits = bisect_right(range(1, len(line)), width, key=lambda n: math.ceil(font.getlength(line[:n] + "...")))
    return line[:fits] + "..."
