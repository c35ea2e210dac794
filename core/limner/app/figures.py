"""Figures and videos: contact sheets, text, and frames written one by one."""

from limner.figures.contact_sheet import check_sheet, write_sheet
from limner.figures.mosaic import SHOWN, layout, mosaic
from limner.figures.text import INK, PAPER, label_font, wrapped
from limner.formats.video_files import open_recorder, video_format_for

__all__ = [
    "INK",
    "PAPER",
    "SHOWN",
    "check_sheet",
    "label_font",
    "layout",
    "mosaic",
    "open_recorder",
    "video_format_for",
    "wrapped",
    "write_sheet",
]
