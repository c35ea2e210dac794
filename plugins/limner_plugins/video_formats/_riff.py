"""The chunks of a WebP that moves: https://developers.google.com/speed/webp/docs/riff_container.

Pillow writes such files too, but keeps all frames until the last has come. It encodes single frames here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from limner.plugin import LimnerError, VideoInfo
from limner_plugins.video_formats._changed import ChangedBox

MAX_SIZE = 2**32 - 2**12
XMP, ANIMATION, ALPHA = 4, 2, 16  # flags of the header
REPLACE = 2  # the flag that a frame takes the place of what lies under it
PIXELS = (b"ALPH", b"VP8 ", b"VP8L")


class WebpFile:
    """A WebP that grows frame by frame."""

    def __init__(self, file: BinaryIO, video: VideoInfo) -> None:
        self._file = file
        self._duration_at = 0
        flags = ANIMATION | (ALPHA if video.alpha else 0) | (XMP if video.manifest else 0)
        file.write(b"RIFF\0\0\0\0WEBP")
        self._write(b"VP8X", _number(flags, 4) + _number(video.width - 1, 3) + _number(video.height - 1, 3))
        self._write(b"ANIM", _number(0, 4) + _number(0 if video.loop else 1, 2))

    def add(self, picture: bytes, box: ChangedBox, milliseconds: int) -> None:
        """Add a frame, a WebP of its own; the box's left and top are even."""
        place = b"".join(_number(n, 3) for n in (box.left // 2, box.top // 2, box.width - 1, box.height - 1))
        self._duration_at = self._file.tell() + 8 + len(place)
        pixels = b"".join(_chunk(kind, data) for kind, data in chunks(picture) if kind in PIXELS)
        self._write(b"ANMF", place + _number(milliseconds, 3) + bytes([REPLACE]) + pixels)

    def finish(self, milliseconds: int, xmp: bytes) -> None:
        """End the file; the last frame stands so long."""
        if xmp:
            self._write(b"XMP ", xmp)
        size = self._file.tell()
        self._file.seek(self._duration_at)
        self._file.write(_number(milliseconds, 3))
        self._file.seek(4)
        self._file.write(_number(size - 8, 4))
        self._file.seek(0, io.SEEK_END)

    def _write(self, kind: bytes, data: bytes) -> None:
        """Write one chunk.

        Raises:
            LimnerError: the file grows larger than the format can say.
        """
        if self._file.tell() + len(data) > MAX_SIZE:
            raise LimnerError("the movie is larger than the 4 GiB that a WebP takes; choose a smaller size or .mp4")
        self._file.write(_chunk(kind, data))


def chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and data of every chunk of a WebP that Pillow wrote."""
    at = 12
    while at < len(picture):
        length = int.from_bytes(picture[at + 4 : at + 8], "little")
        yield picture[at : at + 4], picture[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + _number(len(data), 4) + data + b"\0" * (len(data) % 2)


def _number(value: int, width: int) -> bytes:
    return value.to_bytes(width, "little")
