"""The chunks of a PNG that moves: https://www.w3.org/TR/png-3/#apng-frame-based-animation.

Pillow writes such files too, but keeps all frames until the last has come. It compresses single frames here.
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

KEEP, REPLACE = 0, 0  # a frame stays, and takes the place of what lies under it
MAX_TERM = 2**16 - 1


class ApngFile:
    """An APNG that grows frame by frame."""

    def __init__(self, file: BinaryIO, video: VideoInfo) -> None:
        self._file = file
        self._video = video
        self._frames = 0
        self._sequence = 0
        self._last = (0, 0, ChangedBox(0, 0, 0, 0))  # where the last frame's control stands, its number and its box
        write_head(file, (video.width, video.height), video.channels)
        self._count_at = file.tell()
        self._write_count()
        self._write(b"sRGB", b"\0")
        if video.manifest:
            self._write(b"iTXt", international_text(KEYWORD, video.manifest))

    def add(self, picture: bytes, box: ChangedBox) -> None:
        """Add a frame, a PNG of its own of the same kind of colours."""
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
        """End the file, and say in it what was not known before: how many frames there are, and which is the last."""
        self._write(b"IEND", b"")
        self._file.seek(self._count_at)
        self._write_count()
        self._file.seek(self._last[0])
        self._write_control(self._video.last_seconds)
        self._file.seek(0, io.SEEK_END)

    def _write_count(self) -> None:
        self._write(b"acTL", struct.pack(">II", self._frames, 0 if self._video.loop else 1))

    def _write_control(self, seconds: float) -> None:
        _, sequence, box = self._last
        delay = delay_of(seconds)
        numbers = (sequence, box.width, box.height, box.left, box.top, delay.numerator, delay.denominator)
        self._write(b"fcTL", struct.pack(">IIIIIHHBB", *numbers, KEEP, REPLACE))

    def _write(self, kind: bytes, data: bytes) -> None:
        write_chunk(self._file, kind, data)


def delay_of(seconds: float) -> Fraction:
    """The nearest fraction whose terms have 16 bits."""
    terms = MAX_TERM if seconds <= 1 else max(1, int(MAX_TERM / (seconds + 1)))
    return Fraction(seconds).limit_denominator(terms)


def chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and data of every chunk of a PNG that Pillow wrote."""
    at = len(SIGNATURE)
    while at < len(picture):
        length = int.from_bytes(picture[at : at + 4], "big")
        yield picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        at += 12 + length
