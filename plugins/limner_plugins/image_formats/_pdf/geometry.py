"""The measures of pages, in points: boxes of a single page, and the sheets of a poster."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from limner.plugin import LimnerError

POINTS_PER_MM = 72 / 25.4
MARK_GAP = 3 * POINTS_PER_MM  # least distance between trim and crop marks, so that a cut a little off shows no mark
MARK_LENGTH = 5 * POINTS_PER_MM
SLUG_EDGE = 1 * POINTS_PER_MM  # between the ends of the crop marks and the edge of the page
MAX_SHEETS = 1000
ROUNDING = 1e-6  # sheets; a picture that is larger by less fits


class Box(NamedTuple):
    """A rectangle on a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def grown(self, by: float) -> Box:
        """Return the rectangle with each edge moved outwards."""
        return Box(self.left - by, self.bottom - by, self.right + by, self.top + by)


class Line(NamedTuple):
    """A line from one point to another."""

    x0: float
    y0: float
    x1: float
    y1: float


def trim_box(size: tuple[float, float], bleed: float, *, crop_marks: bool) -> Box:
    """Return the trimmed picture on its page: where it is cut after printing.

    Args:
        size: width and height of the picture with its bleed.
        bleed: width of the bleed.
        crop_marks: whether the page has room for crop marks around the bleed.
    """
    edge = max(bleed, MARK_GAP) + MARK_LENGTH + SLUG_EDGE if crop_marks else bleed
    return Box(edge, edge, edge + size[0] - 2 * bleed, edge + size[1] - 2 * bleed)


def crop_lines(trim: Box, bleed: float) -> list[Line]:
    """Return the two crop marks of each corner of the trimmed picture, outside the bleed."""
    start = max(bleed, MARK_GAP)
    end = start + MARK_LENGTH
    lines = []
    for x, outwards in ((trim.left, -1), (trim.right, 1)):
        for y, upwards in ((trim.bottom, -1), (trim.top, 1)):
            lines.append(Line(x + outwards * start, y, x + outwards * end, y))
            lines.append(Line(x, y + upwards * start, x, y + upwards * end))
    return lines


@dataclass(frozen=True)
class Sheets:
    """The sheets of a poster.

    Attributes:
        picture: width and height of the picture, in points.
        paper: width and height of a sheet, in points.
        margin: the unprinted edge of a sheet, in points.
        overlap: how much of the picture neighbouring sheets repeat, in points.
    """

    picture: tuple[float, float]
    paper: tuple[float, float]
    margin: float
    overlap: float

    @property
    def printed(self) -> tuple[float, float]:
        """Width and height of the part of the picture on a full sheet."""
        return self.paper[0] - 2 * self.margin, self.paper[1] - 2 * self.margin

    @property
    def step(self) -> tuple[float, float]:
        """The distance between the same points of neighbouring sheets, across and down."""
        return self.printed[0] - self.overlap, self.printed[1] - self.overlap

    @property
    def grid(self) -> tuple[int, int]:
        """The number of columns and rows.

        Raises:
            LimnerError: margins and overlap leave nothing of a sheet.
        """
        if min(self.step) <= 0:
            raise LimnerError("`poster`: margins and overlap leave nothing of a sheet; reduce them")
        columns, rows = (
            max(1, math.ceil((side - self.overlap) / step - ROUNDING))
            for side, step in zip(self.picture, self.step, strict=True)
        )
        return columns, rows

    def part(self, column: int, row: int) -> tuple[float, float, float, float]:
        """Return left, top, width and height of the part of the picture on a sheet, from the top left corner."""
        left, top = column * self.step[0], row * self.step[1]
        width, height = (
            min(full, side - start) for full, side, start in zip(self.printed, self.picture, (left, top), strict=True)
        )
        return left, top, width, height


def fewest_sheets(
    picture: tuple[float, float], paper: tuple[float, float], margin: float, overlap: float, *, turn: bool
) -> Sheets:
    """Return the sheets of a poster; with ``turn``, on upright or turned paper, whichever needs fewer.

    Raises:
        LimnerError: margins and overlap leave nothing of a sheet, or there are too many sheets.
    """
    upright = Sheets(picture, paper, margin, overlap)
    turned = Sheets(picture, paper[::-1], margin, overlap)
    sheets = min(upright, turned, key=lambda sheets: math.prod(sheets.grid)) if turn else upright
    count = math.prod(sheets.grid)
    if count > MAX_SHEETS:
        raise LimnerError(
            f"`poster`: the picture needs {count:,} sheets, more than {MAX_SHEETS:,}; "
            "use larger paper, a smaller `size` or a higher resolution"
        )
    return sheets
