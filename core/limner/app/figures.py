"""Figures and videos: diagrams, contact sheets, text, and frames written one by one."""

from limner.artworks.diagrams.diagram import Diagram, diagram
from limner.figures.contact_sheet import MAX_SHEET_CELLS, check_sheet, write_sheet
from limner.figures.mosaic import MAX_MOSAIC_PICTURES, mosaic, mosaic_layout
from limner.figures.text import INK, PAPER, label_font, wrap_text
from limner.formats.audio import AudioTrack
from limner.formats.resumable_folder import is_unfinished
from limner.formats.sound_files import decode_audio, has_audio
from limner.formats.video_files import check_repeat, open_recorder, video_format_for, video_suffixes

__all__ = [
    "INK",
    "MAX_MOSAIC_PICTURES",
    "MAX_SHEET_CELLS",
    "PAPER",
    "AudioTrack",
    "Diagram",
    "check_repeat",
    "check_sheet",
    "decode_audio",
    "diagram",
    "has_audio",
    "is_unfinished",
    "label_font",
    "mosaic",
    "mosaic_layout",
    "open_recorder",
    "video_format_for",
    "video_suffixes",
    "wrap_text",
    "write_sheet",
]
