"""Colours in a terminal: blocks in 24-bit colour among the results of a command."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from limner.console.session import current

BLOCK = "   "


def color_blocks(levels: Iterable[tuple[int, int, int]]) -> str:
    """Return a block for each colour, given as levels from 0 to 255.

    Empty unless standard output is a terminal that announces 24-bit colour, and ``NO_COLOR`` is not set.
    """
    if not _shows_colors():
        return ""
    return "".join(f"\x1b[48;2;{red};{green};{blue}m{BLOCK}" for red, green, blue in levels) + "\x1b[0m"


def _shows_colors() -> bool:
    out = current().results or sys.stdout
    truecolor = os.environ.get("COLORTERM", "") in ("truecolor", "24bit")
    hidden = os.environ.get("NO_COLOR") or os.environ.get("TERM", "") == "dumb"
    return truecolor and not hidden and out is not None and out.isatty()
