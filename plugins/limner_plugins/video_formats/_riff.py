"""The chunks of an animated WebP: https://developers.google.com/speed/webp/docs/riff_container.

Pillow can write animated WebPs too, but holds all frames in memory. Here it only encodes single frames.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from limner.plugin import LimnerError, VideoInfo
from limner_plugins.video_formats._changed import ChangedBox

MAX_SIZE = 2**32 - 2**12  # bytes
XMP, ANIMATION, ALPHA = 4, 2, 16  # flags of the header
REPLACE = 2  # the flag of a frame that replaces the pixels below instead of blending
PIXEL_CHUNKS = (b"ALPH", b"VP8 ", b"VP8L")


class WebpFile:
    """An animated WebP file that is written frame by frame."""

    def __init__(self, file: BinaryIO, video: VideoInfo) -> None:
        self._file = file
        self._duration_position = 0
        flags = ANIMATION | (ALPHA if video.alpha else 0) | (XMP if video.manifest else 0)
        file.write(b"RIFF\0\0\0\0WEBP")
        self._write(b"VP8X", _number(flags, 4) + _number(video.width - 1, 3) + _number(video.height - 1, 3))
        self._write(b"ANIM", _number(0, 4) + _number(video.repeat, 2))

    def add(self, picture: bytes, box: ChangedBox, milliseconds: int) -> None:
        """Add a frame, given as a WebP file, at the position of a box, whose left and top must be even."""
        bounds = b"".join(_number(n, 3) for n in (box.left // 2, box.top // 2, box.width - 1, box.height - 1))
        self._duration_position = self._file.tell() + 8 + len(bounds)
        pixels = b"".join(_chunk(kind, data) for kind, data in chunks(picture) if kind in PIXEL_CHUNKS)
        self._write(b"ANMF", bounds + _number(milliseconds, 3) + bytes([REPLACE]) + pixels)

    def finish(self, milliseconds: int, xmp: bytes) -> None:
        """End the file, and set the duration of the last frame.

        Args:
            milliseconds: the duration of the last frame.
            xmp: an XMP packet; empty for none.
        """
        if xmp:
            self._write(b"XMP ", xmp)
        size = self._file.tell()
        self._file.seek(self._duration_position)
        self._file.write(_number(milliseconds, 3))
        self._file.seek(4)
        self._file.write(_number(size - 8, 4))
        self._file.seek(0, io.SEEK_END)

    def _write(self, kind: bytes, data: bytes) -> None:
        """Write one chunk.

        Raises:
            LimnerError: the file would exceed the maximum size of the format.
        """
        if self._file.tell() + len(data) > MAX_SIZE:
            raise LimnerError("the movie exceeds the 4 GiB that a WebP may have; choose a smaller size or .mp4")
        self._file.write(_chunk(kind, data))


def chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and data of every chunk of a WebP that Pillow wrote."""
    position = 12
    while position < len(picture):
        length = int.from_bytes(picture[position + 4 : position + 8], "little")
        yield picture[position : position + 4], picture[position + 8 : position + 8 + length]
        position += 8 + length + length % 2


def _chunk(kind: bytes, data: bytes) -> bytes:
    """Return a RIFF chunk, padded to even length."""
    return kind + _number(len(data), 4) + data + b"\0" * (len(data) % 2)


def _number(value: int, width: int) -> bytes:
    """Return an integer as ``width`` little-endian bytes."""
    return value.to_bytes(width, "little")
