"""The contact sheet of faces: those that were found, and below them what was dropped, struck out, with the reason."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from limner.app.figures import INK, PAPER, label_font, wrap_text
from limner.app.pictures import shrunk

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageDraw import ImageDraw

THUMB = 168
"""Pixels of a small picture's longer side."""
NARROWEST = 136
"""Pixels that words have at least, be the pictures ever so small."""
SHOWN = 400
"""Pictures of a part at the most; how many more there are is said."""
GAP = 16
HEAD = 42
LINE = 17
FEWEST, MOST = 4, 16
"""Columns."""
LIGHT = (232, 232, 235)
STRUCK = (214, 92, 84)
DIM = 0.6
BADGE = 22
"""Pixels a side of the cross on what is struck out."""


class SheetPhoto:
    """A small picture, uint8 ``(h, w, 3)``, and the lines below it, cut in the middle where they are long."""

    def __init__(self, pixels: np.ndarray, lines: Sequence[str]) -> None:
        from PIL import Image

        picture = Image.fromarray(pixels)
        self.picture = picture.resize(shrunk(picture.size, THUMB), Image.Resampling.LANCZOS)
        first, *others = lines
        self.width = max(self.picture.width, NARROWEST)
        self.heading = wrap_text(first, self.width, max_lines=2, keep_end=True)
        self.lines = [cut for line in others for cut in wrap_text(line, self.width, max_lines=1, keep_end=True)]


def write_face_sheet(path: Path, parts: Sequence[tuple[str, Sequence[SheetPhoto], bool]]) -> None:
    """Lay pictures of one size out, part below part, and write a PNG.

    Args:
        path: where to.
        parts: of each its heading, its pictures, and whether they are struck out. A part without pictures is left out.
    """
    from PIL import Image, ImageDraw

    parts = [part for part in parts if part[1]]
    first = parts[0][1][0]
    width, height = first.width, first.picture.height
    columns = _columns([min(len(row), SHOWN) for _, row, _ in parts], width, height + 4 * LINE)
    cells = [height + 6 + LINE * max(len(s.heading) + len(s.lines) for s in row) + GAP for _, row, _ in parts]
    tall = [HEAD + -(-min(len(row), SHOWN) // columns) * cell for (_, row, _), cell in zip(parts, cells, strict=True)]
    page = Image.new("RGB", (columns * (width + GAP) + GAP, sum(tall) + GAP), PAPER)
    pen = ImageDraw.Draw(page)
    top = 0
    for (heading, row, struck), each, cell in zip(parts, tall, cells, strict=True):
        more = f", the first {SHOWN} of them" if len(row) > SHOWN else ""
        pen.text((GAP, top + HEAD - 12), heading + more, fill=LIGHT, font=label_font(18), anchor="ls")
        for i, shown in enumerate(row[:SHOWN]):
            left = GAP + (i % columns) * (width + GAP)
            _draw(page, pen, shown, (left, top + HEAD + (i // columns) * cell), struck=struck)
        top += each
    page.save(path, format="PNG", optimize=True)


def _columns(counts: Sequence[int], width: int, height: int) -> int:
    """As many as make the page about half as wide again as tall; no more than there are pictures for."""
    best = round(math.sqrt(1.5 * sum(counts) * height / width))
    return min(max(FEWEST, best), MOST, max(FEWEST, *counts))


def _draw(page: Image.Image, pen: ImageDraw, shown: SheetPhoto, at: tuple[int, int], *, struck: bool) -> None:
    """One picture and its lines."""
    left, top = at
    width, height = shown.picture.size
    page.paste(shown.picture.point(lambda level: level * DIM) if struck else shown.picture, at)
    if struck:
        pen.rectangle((left, top, left + width - 1, top + height - 1), outline=STRUCK, width=2)
        pen.rectangle((left, top, left + BADGE, top + BADGE), fill=STRUCK)
        near, far = 7, BADGE - 6
        pen.line((left + near, top + near, left + far, top + far), fill=LIGHT, width=3)
        pen.line((left + near, top + far, left + far, top + near), fill=LIGHT, width=3)
    lines = [*((line, STRUCK if struck else LIGHT) for line in shown.heading), *((line, INK) for line in shown.lines)]
    for number, (line, colour) in enumerate(lines):
        pen.text((left, top + height + 5 + number * LINE), line, fill=colour, font=label_font())
