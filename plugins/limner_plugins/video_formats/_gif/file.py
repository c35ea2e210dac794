"""The blocks of a GIF, written one frame at a time: https://www.w3.org/Graphics/GIF/spec-gif89a.txt.

Pillow writes GIFs too, but keeps all frames until the last has come. It compresses the pixels here.
"""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

import numpy as np

from limner.plugin import VideoInfo
from limner_plugins.video_formats._changed import ChangedBox

CLEAR = 255  # the index that shows what lies behind
FULL_TABLE = 0x80 | 7  # there is a table, and it has 2^(7 + 1) colours
KEEP, RESTORE = 1 << 2, 2 << 2  # what becomes of a frame: it stays, or is cleared before the next
SEE_THROUGH = 1  # the flag that there is an index which shows what lies behind


class GifFile:
    """A GIF that grows frame by frame."""

    def __init__(self, file: BinaryIO, video: VideoInfo, table: np.ndarray) -> None:
        """Begin it with the colours ``(256, 3)`` of frames that bring none of their own."""
        self._file = file
        self._table = table
        self._delay_at = 0
        file.write(b"GIF89a" + struct.pack("<HHBBB", video.width, video.height, 0x70 | FULL_TABLE, CLEAR, 0))
        file.write(table.tobytes())
        if video.loop:
            file.write(b"!\xff\x0bNETSCAPE2.0" + _blocks(b"\x01\x00\x00"))
        if video.manifest:
            file.write(b"!\xfe" + _blocks(video.manifest.encode("utf-8")))

    def add(self, data: bytes, table: np.ndarray, box: ChangedBox, delay: int, *, stays: bool) -> None:
        """Add a frame: compressed indices of a table's colours in a box; it stands ``delay`` hundredths of a second."""
        self._file.write(b"!\xf9\x04" + bytes([(KEEP if stays else RESTORE) | SEE_THROUGH]))
        self._delay_at = self._file.tell()
        self._file.write(struct.pack("<HBB", delay, CLEAR, 0))
        own = b"" if np.array_equal(table, self._table) else table.tobytes()
        flags = FULL_TABLE if own else 0
        self._file.write(b"," + struct.pack("<HHHHB", box.left, box.top, box.width, box.height, flags) + own)
        self._file.write(data)

    def finish(self, delay: int) -> None:
        """End the file; the last frame stands so many hundredths."""
        self._file.seek(self._delay_at)
        self._file.write(struct.pack("<H", delay))
        self._file.seek(0, io.SEEK_END)
        self._file.write(b";")


def compress(indices: np.ndarray) -> bytes:
    """Indexes ``(h, w)`` as a GIF holds them: the width of a code, and blocks of LZW."""
    from PIL import Image

    height, width = indices.shape
    picture = Image.frombytes("P", (width, height), indices.tobytes())
    picture.putpalette(bytes(768))
    out = io.BytesIO()
    picture.save(out, "GIF", optimize=False, interlace=0)
    whole = out.getvalue()
    at = 13 + 3 * 2 ** ((whole[10] & 7) + 1)  # behind the screen and its table stands the picture
    if whole[at : at + 1] != b"," or whole[at + 9] != 0:
        raise AssertionError("Pillow writes a GIF in other blocks than are known here")
    return whole[at + 10 : -1]


def _blocks(data: bytes) -> bytes:
    """Data as blocks of 255 bytes at the most, and an empty one."""
    parts = [data[i : i + 255] for i in range(0, len(data), 255)]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"
