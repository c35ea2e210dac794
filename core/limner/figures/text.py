"""Colours and text of pages with several pictures: background, labels and line breaks."""

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
"""ASCII replacements for characters without a base letter."""


@cache
def label_font(size: int = 13) -> FreeTypeFont | ImageFont:
    """Return the font of labels, ``size`` pixels tall."""
    from PIL import ImageFont

    return ImageFont.load_default(size)


def to_drawable(text: str) -> str:
    """Return the text in characters that the font has: base letters for accented ones, otherwise ``?``.

    Pillow's built-in font has little more than ASCII, and draws a box for missing characters.
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
    """Return whether the font has the character: whether its glyph differs from that of missing characters."""
    return _glyph(character) != _glyph("\U0010ffff")  # a code point that is never assigned


@cache
def _glyph(character: str) -> tuple[tuple[int, int], bytes]:
    mask = label_font().getmask(character)
    return mask.size, bytes(mask)


def wrap_text(text: str, width: int, size: int = 13, max_lines: int = 3, *, keep_end: bool = False) -> list[str]:
    """Return a text as lines of at most ``width`` pixels, in characters that the font has.

    A line that does not fit, because the text has more than ``max_lines`` lines or a word is long, is truncated: at the
    end, or in the middle with ``keep_end``, for example for file names that end with a number.
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
    """Return the line, truncated to fit: its beginning, or both ends, with dots for the rest."""
    font = label_font(size)
    if font.getlength(line) <= width:
        return line

    def truncated(count: int) -> str:
        after = count // 2 if keep_end else 0
        return f"{line[: count - after]}...{line[len(line) - after :]}"

    fitting = bisect_right(range(1, len(line)), width, key=lambda count: math.ceil(font.getlength(truncated(count))))
    return truncated(fitting)
