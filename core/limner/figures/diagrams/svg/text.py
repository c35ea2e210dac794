"""The approximate width of text in a sans-serif font, and text that is cut to fit."""

from __future__ import annotations

import unicodedata

NARROW, WIDE = "fijlrtI.,:;'|()[]/ !·", "mwMW@%—"


def text_width(text: str, size: float) -> float:
    """Return an upper estimate of the width of text in a sans-serif font, in the unit of the font size."""
    return size * sum(map(_advance, text))


def shorten(text: str, width: float, size: float) -> str:
    """Return text, or its start with an ellipsis if it is wider than ``width``."""
    text = " ".join(text.split())
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _advance(c: str) -> float:
    """Return the width of a character in em."""
    if unicodedata.combining(c) or unicodedata.category(c) in ("Cf", "Cc"):
        return 0.0
    if unicodedata.east_asian_width(c) in "WF":
        return 1.05
    return 0.34 if c in NARROW else 0.92 if c in WIDE else 0.68 if c.isupper() else 0.57
