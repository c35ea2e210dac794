"""The contact sheet of faces: accepted faces first, then dropped ones, crossed out and with the reason."""

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

THUMBNAIL_SIZE = 168
"""Longer side of a thumbnail, in pixels."""
MIN_CAPTION_WIDTH = 136
"""Minimum width of a caption, in pixels, below narrow thumbnails too."""
MAX_SHOWN = 400
"""Maximum number of pictures in a section. The heading says when a section is cut off."""
GAP = 16  # pixels
HEADING_HEIGHT = 42  # pixels
LINE_HEIGHT = 17  # pixels
MIN_COLUMNS, MAX_COLUMNS = 4, 16
LIGHT = (232, 232, 235)
DROPPED_COLOUR = (214, 92, 84)
DIMMING = 0.6
"""Factor on the levels of dropped pictures."""
CROSS_SIZE = 22
"""Side of the cross on dropped pictures, in pixels."""


class SheetPhoto:
    """A thumbnail of pixels, uint8 ``(h, w, 3)``, with a caption whose long lines are shortened in the middle."""

    def __init__(self, pixels: np.ndarray, lines: Sequence[str]) -> None:
        from PIL import Image

        picture = Image.fromarray(pixels)
        self.picture = picture.resize(shrunk(picture.size, THUMBNAIL_SIZE), Image.Resampling.LANCZOS)
        first, *others = lines
        self.width = max(self.picture.width, MIN_CAPTION_WIDTH)
        self.heading = wrap_text(first, self.width, max_lines=2, keep_end=True)
        self.lines = [cut for line in others for cut in wrap_text(line, self.width, max_lines=1, keep_end=True)]


def write_face_sheet(path: Path, sections: Sequence[tuple[str, Sequence[SheetPhoto], bool]]) -> None:
    """Write sections of pictures of one size below each other, as a PNG.

    Args:
        path: the file.
        sections: heading, pictures, and whether they are crossed out. Sections without pictures are omitted.
    """
    from PIL import Image, ImageDraw

    sections = [section for section in sections if section[1]]
    first = sections[0][1][0]
    width, height = first.width, first.picture.height
    columns = _columns([min(len(row), MAX_SHOWN) for _, row, _ in sections], width, height + 4 * LINE_HEIGHT)
    cells = [height + 6 + LINE_HEIGHT * max(len(s.heading) + len(s.lines) for s in row) + GAP for _, row, _ in sections]
    heights = [
        HEADING_HEIGHT + -(-min(len(row), MAX_SHOWN) // columns) * cell
        for (_, row, _), cell in zip(sections, cells, strict=True)
    ]
    page = Image.new("RGB", (columns * (width + GAP) + GAP, sum(heights) + GAP), PAPER)
    pen = ImageDraw.Draw(page)
    top = 0
    for (heading, row, crossed), section_height, cell in zip(sections, heights, cells, strict=True):
        more = f", the first {MAX_SHOWN} of them" if len(row) > MAX_SHOWN else ""
        pen.text((GAP, top + HEADING_HEIGHT - 12), heading + more, fill=LIGHT, font=label_font(18), anchor="ls")
        for i, photo in enumerate(row[:MAX_SHOWN]):
            left = GAP + (i % columns) * (width + GAP)
            _draw(page, pen, photo, (left, top + HEADING_HEIGHT + (i // columns) * cell), crossed=crossed)
        top += section_height
    page.save(path, format="PNG", optimize=True)


def _columns(counts: Sequence[int], width: int, height: int) -> int:
    """Return how many columns make the page about 1.5 times as wide as tall, at most as many as there are pictures."""
    ideal = round(math.sqrt(1.5 * sum(counts) * height / width))
    return min(max(MIN_COLUMNS, ideal), MAX_COLUMNS, max(MIN_COLUMNS, *counts))


def _draw(page: Image.Image, pen: ImageDraw, photo: SheetPhoto, at: tuple[int, int], *, crossed: bool) -> None:
    """Draw a picture and its caption."""
    left, top = at
    width, height = photo.picture.size
    page.paste(photo.picture.point(lambda level: level * DIMMING) if crossed else photo.picture, at)
    if crossed:
        pen.rectangle((left, top, left + width - 1, top + height - 1), outline=DROPPED_COLOUR, width=2)
        pen.rectangle((left, top, left + CROSS_SIZE, top + CROSS_SIZE), fill=DROPPED_COLOUR)
        near, far = 7, CROSS_SIZE - 6
        pen.line((left + near, top + near, left + far, top + far), fill=LIGHT, width=3)
        pen.line((left + near, top + far, left + far, top + near), fill=LIGHT, width=3)
    lines = [
        *((line, DROPPED_COLOUR if crossed else LIGHT) for line in photo.heading),
        *((line, INK) for line in photo.lines),
    ]
    for number, (line, colour) in enumerate(lines):
        pen.text((left, top + height + 5 + number * LINE_HEIGHT), line, fill=colour, font=label_font())
