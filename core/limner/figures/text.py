"""The look of pages that show several pictures: their paper, and the words under each picture."""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

PAPER = (18, 18, 20)
INK = (168, 168, 172)
REPLACEMENTS = {
    "×": "x",
    "–": "-",
    "—": "-",
    "−": "-",
    "→": "->",
    "ß": "ss",
    "æ": "ae",
    "Æ": "AE",
    "ø": "o",
    "Ø": "O",
    "ł": "l",
}
"""What stands for characters that have no base letter."""


@cache
def label_font(size: int = 13) -> FreeTypeFont | ImageFont:
    """The font of labels, so many pixels tall."""
    from PIL import ImageFont

    return ImageFont.load_default(size)


def to_drawable(text: str) -> str:
    """The text in characters that the font has: base letters for accented ones, ``?`` for what has none.

    Pillow's own font has little more than ASCII, and draws a box for what it lacks.
    """
    return "".join(map(_drawable, unicodedata.normalize("NFC", text)))


@cache
def _drawable(character: str) -> str:
    if not character.isprintable():
        return " "
    if _has_glyph(character):
        return character
    bases = (c for c in unicodedata.normalize("NFKD", character) if not unicodedata.category(c).startswith("M"))
    return "".join(c if _has_glyph(c) else REPLACEMENTS.get(c, "?") for c in bases)


def _has_glyph(character: str) -> bool:
    """Has the font a picture of it, other than that of what it lacks?"""
    return _glyph(character) != _glyph("\U0010ffff")  # which is no character, and never will be


@cache
def _glyph(character: str) -> tuple[tuple[int, int], bytes]:
    mask = label_font().getmask(character)
    return mask.size, bytes(mask)


def wrap_text(text: str, width: int, size: int = 13, max_lines: int = 3, *, keep_end: bool = False) -> list[str]:
    """Return a text as lines of at most ``width`` pixels, as far as the font has its characters.

    What is beyond ``most`` lines, or of a long word, is cut: at the end, or in the middle where it is to keep its end
    as well, as a file's name is, whose number and kind stand there.
    """
    font = label_font(size)
    lines: list[str] = []
    for word in to_drawable(text).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > max_lines:
        lines[max_lines - 1 :] = [" ".join(lines[max_lines - 1 :])]
    return [_cut(line, width, size, keep_end=keep_end) for line in lines]


def _cut(line: str, width: int, size: int, *, keep_end: bool) -> str:
    """The line, or as much of its beginning, or of both ends, as fits, with dots for the rest."""
    font = label_font(size)
    if font.getlength(line) <= width:
        return line

    def cut(kept: int) -> str:
        after = kept // 2 if keep_end else 0
        return f"{line[: kept - after]}...{line[len(line) - after :]}"

    return cut(bisect_right(range(1, len(line)), width, key=lambda kept: math.ceil(font.getlength(cut(kept)))))
