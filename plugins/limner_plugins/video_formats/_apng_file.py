"""The chunks of an animated PNG: https://www.w3.org/TR/png-3/#apng-frame-based-animation.

Pillow can write animated PNGs too, but holds all frames in memory. Here it only compresses single frames.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import BinaryIO

from limner.plugin import VideoInfo
from limner_plugins.common.png import SIGNATURE, international_text, write_chunk, write_head
from limner_plugins.video_formats._changed import ChangedBox
from limner_plugins.video_formats._record import KEYWORD

KEEP, REPLACE = 0, 0  # dispose_op NONE: the frame stays; blend_op SOURCE: it replaces the pixels below
MAX_TERM = 2**16 - 1  # of the fraction that a delay is stored as


class ApngFile:
    """An APNG file that is written frame by frame."""

    def __init__(self, file: BinaryIO, video: VideoInfo) -> None:
        self._file = file
        self._video = video
        self._frames = 0
        self._sequence = 0
        self._last = (0, 0, ChangedBox(0, 0, 0, 0))  # position and sequence number of the last fcTL chunk, and its box
        write_head(file, (video.width, video.height), video.channels)
        self._count_position = file.tell()
        self._write_count()
        self._write(b"sRGB", b"\0")
        if video.manifest:
            self._write(b"iTXt", international_text(KEYWORD, video.manifest))

    def add(self, picture: bytes, box: ChangedBox) -> None:
        """Add a frame, given as a PNG of the same colour type, at the position of a box."""
        self._last = (self._file.tell(), self._sequence, box)
        self._write_control(1 / self._video.fps)
        self._sequence += 1
        data = b"".join(data for kind, data in chunks(picture) if kind == b"IDAT")
        if self._frames:
            self._write(b"fdAT", struct.pack(">I", self._sequence) + data)
            self._sequence += 1
        else:
            self._write(b"IDAT", data)
        self._frames += 1

    def finish(self) -> None:
        """End the file, and fill in the number of frames and the duration of the last frame."""
        self._write(b"IEND", b"")
        self._file.seek(self._count_position)
        self._write_count()
        self._file.seek(self._last[0])
        self._write_control(self._video.last_seconds)
        self._file.seek(0, io.SEEK_END)

    def _write_count(self) -> None:
        self._write(b"acTL", struct.pack(">II", self._frames, self._video.repeat))

    def _write_control(self, seconds: float) -> None:
        _, sequence, box = self._last
        delay = delay_of(seconds)
        numbers = (sequence, box.width, box.height, box.left, box.top, delay.numerator, delay.denominator)
        self._write(b"fcTL", struct.pack(">IIIIIHHBB", *numbers, KEEP, REPLACE))

    def _write(self, kind: bytes, data: bytes) -> None:
        write_chunk(self._file, kind, data)


def delay_of(seconds: float) -> Fraction:
    """Return the fraction nearest to a delay in seconds whose terms have 16 bits."""
    terms = MAX_TERM if seconds <= 1 else max(1, int(MAX_TERM / (seconds + 1)))
    return Fraction(seconds).limit_denominator(terms)


def chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and data of every chunk of a PNG that Pillow wrote."""
    position = len(SIGNATURE)
    while position < len(picture):
        length = int.from_bytes(picture[position : position + 4], "big")
        yield picture[position + 4 : position + 8], picture[position + 8 : position + 8 + length]
        position += 12 + length
