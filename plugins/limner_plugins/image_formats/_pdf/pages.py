"""The pages of a PDF: one with the picture, its boxes and crop marks, or the sheets of a poster."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from limner_plugins.image_formats._pdf.geometry import POINTS_PER_MM, Box, Line, Sheets, crop_lines, trim_box

if TYPE_CHECKING:
    from pikepdf import Pdf as Document

MAX_POINTS = 14_400  # the maximum side of a page that readers accept; longer pages use a larger unit
HAIRLINE = 0.25  # the width of crop marks, in points
LABEL_SIZE = 6  # points
LABEL_GAP = 1 * POINTS_PER_MM  # between the picture and its label
MIN_LABEL_MARGIN = LABEL_SIZE + 2 * LABEL_GAP
TICK_GAP = 0.5 * POINTS_PER_MM  # between the picture and the marks of a sheet


def add_page(document: Document, picture: object, size: tuple[float, float], bleed: float, *, crop_marks: bool) -> None:
    """Add a page with a picture, and with boxes if it has bleed or crop marks (ISO 32000-1, 14.11.2).

    Args:
        document: the document.
        picture: the image object.
        size: width and height of the picture with its bleed, in points.
        bleed: the width of the bleed, in points.
        crop_marks: whether to draw crop marks, on a larger page.
    """
    width, height = size
    trim = trim_box(size, bleed, crop_marks=crop_marks)
    whole = trim.grown(bleed)
    page = document.add_blank_page()
    media = Box(0, 0, trim.left + trim.right, trim.bottom + trim.top)
    unit = max(1, math.ceil(max(media) / MAX_POINTS))
    page.obj.MediaBox = _array(media, unit)
    if bleed or crop_marks:
        page.obj.BleedBox, page.obj.TrimBox = _array(whole, unit), _array(trim, unit)
    if unit > 1:
        page.obj.UserUnit = unit
    page.obj.Resources = _resources(document, picture, marks=crop_marks, text=False)
    drawing = _picture_at(whole.left / unit, whole.bottom / unit, width / unit, height / unit)
    if crop_marks:
        drawing += _lines([Line(*(x / unit for x in line)) for line in crop_lines(trim, bleed)], HAIRLINE / unit)
    page.obj.Contents = document.make_stream(drawing.encode("ascii"))


def add_sheets(document: Document, picture: object, sheets: Sheets) -> None:
    """Add a page for each sheet of a poster, row by row; all of them show parts of one image object.

    Solid marks are where the picture on a sheet ends, dashed ones where the next sheet begins.
    """
    columns, rows = sheets.grid
    paper = Box(0, 0, *sheets.paper)
    for row in range(rows):
        for column in range(columns):
            page = document.add_blank_page()
            page.obj.MediaBox = _array(paper, 1)
            page.obj.Resources = _resources(document, picture, marks=True, text=True)
            drawing = _part(sheets, column, row) + _sheet_marks(sheets, column, row)
            if sheets.margin >= MIN_LABEL_MARGIN:
                drawing += _label(sheets, f"row {row + 1} of {rows}, column {column + 1} of {columns}")
            page.obj.Contents = document.make_stream(drawing.encode("ascii"))


def _array(box: Box, unit: int) -> Any:
    import pikepdf

    return pikepdf.Array([round(x / unit, 4) for x in box])


def _resources(document: Document, picture: object, *, marks: bool, text: bool) -> Any:
    """Return the resources of a page: the picture, and for marks the colour that prints on all plates."""
    import pikepdf

    out = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
    if marks:
        full = pikepdf.Dictionary(FunctionType=2, Domain=[0, 1], C0=[1], C1=[0], N=1)
        all_plates = [pikepdf.Name.Separation, pikepdf.Name.All, pikepdf.Name.DeviceGray, full]
        out.ColorSpace = pikepdf.Dictionary(All=pikepdf.Array(all_plates))
    if text:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        out.Font = pikepdf.Dictionary(F0=document.make_indirect(font))
    return out


def _picture_at(left: float, bottom: float, width: float, height: float) -> str:
    """Return the operators that draw the picture into a rectangle."""
    return f"q {width:.4f} 0 0 {height:.4f} {_number(left)} {_number(bottom)} cm /Im0 Do Q\n"


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _lines(lines: Sequence[Line], width: float, dash: str = "[] 0 d") -> str:
    """Return the operators that draw lines in the colour of all plates."""
    if not lines:
        return ""
    paths = "".join(f"{line.x0:.4f} {line.y0:.4f} m {line.x1:.4f} {line.y1:.4f} l " for line in lines)
    return f"q /All CS 1 SCN {_number(width)} w {dash} {paths}S Q\n"


def _part(sheets: Sheets, column: int, row: int) -> str:
    """Return the operators that draw the part of the picture on a sheet."""
    left, top, width, height = sheets.part(column, row)
    whole_width, whole_height = sheets.picture
    x, y = sheets.margin, sheets.paper[1] - sheets.margin  # the upper left corner of the part
    clip = f"q {x:.4f} {y - height:.4f} {width:.4f} {height:.4f} re W n\n"
    return clip + _picture_at(x - left, y + top - whole_height, whole_width, whole_height) + "Q\n"


def _sheet_marks(sheets: Sheets, column: int, row: int) -> str:
    """Return the operators that draw the marks in the margin of a sheet."""
    length = sheets.margin - 2 * TICK_GAP
    if length <= 0:
        return ""
    _, _, width, height = sheets.part(column, row)
    columns, rows = sheets.grid
    left, top = sheets.margin, sheets.paper[1] - sheets.margin
    box = Box(left, top - height, left + width, top)
    across = [box.left + sheets.step[0]] if column < columns - 1 else []
    down = [box.top - sheets.step[1]] if row < rows - 1 else []
    solid = [*_ticks(box, [box.left, box.right], [box.bottom, box.top], length)]
    return _lines(solid, HAIRLINE) + _lines([*_ticks(box, across, down, length)], HAIRLINE, "[2 1.5] 0 d")


def _ticks(box: Box, columns: Sequence[float], rows: Sequence[float], length: float) -> Iterator[Line]:
    """Yield lines outside a box: above and below it at each column, left and right of it at each row."""
    for x in columns:
        yield Line(x, box.top + TICK_GAP, x, box.top + TICK_GAP + length)
        yield Line(x, box.bottom - TICK_GAP, x, box.bottom - TICK_GAP - length)
    for y in rows:
        yield Line(box.left - TICK_GAP, y, box.left - TICK_GAP - length, y)
        yield Line(box.right + TICK_GAP, y, box.right + TICK_GAP + length, y)


def _label(sheets: Sheets, text: str) -> str:
    """Return the operators that write a label into the lower margin, right of the mark at the corner."""
    x, y = sheets.margin + 2 * POINTS_PER_MM, sheets.margin - LABEL_GAP - LABEL_SIZE * 0.8
    return f"q /All cs 1 scn BT /F0 {LABEL_SIZE} Tf {x:.4f} {y:.4f} Td ({text}) Tj ET Q\n"
