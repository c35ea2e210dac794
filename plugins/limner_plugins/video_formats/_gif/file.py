"""The blocks of a GIF, written one frame at a time: https://www.w3.org/Graphics/GIF/spec-gif89a.txt.

Pillow can write GIFs too, but holds all frames in memory. Here it only compresses the pixels.
"""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

import numpy as np

from limner.plugin import VideoInfo
from limner_plugins.video_formats._changed import ChangedBox

CLEAR = 255  # the index of the transparent colour
FULL_TABLE = 0x80 | 7  # flags: a colour table of 2^(7 + 1) colours is present
KEEP, RESTORE = 1 << 2, 2 << 2  # disposal methods: leave the frame, or clear it before the next
HAS_TRANSPARENCY = 1  # flag: one index is transparent


class GifFile:
    """A GIF file that is written frame by frame.

    Args:
        file: the output.
        video: the properties of the video.
        table: the global colour table, ``(256, 3)``, uint8, for frames without their own table.
    """

    def __init__(self, file: BinaryIO, video: VideoInfo, table: np.ndarray) -> None:
        self._file = file
        self._table = table
        self._delay_position = 0
        file.write(b"GIF89a" + struct.pack("<HHBBB", video.width, video.height, 0x70 | FULL_TABLE, CLEAR, 0))
        file.write(table.tobytes())
        if video.repeat != 1:
            again = max(0, video.repeat - 1)  # players count how often it starts again; 0 is forever
            file.write(b"!\xff\x0bNETSCAPE2.0" + _blocks(struct.pack("<BH", 1, again)))
        if video.manifest:
            file.write(b"!\xfe" + _blocks(video.manifest.encode("utf-8")))

    def add(self, data: bytes, table: np.ndarray, box: ChangedBox, delay: int, *, stays: bool) -> None:
        """Add a frame.

        Args:
            data: the compressed indices of the pixels in the box, see ``compress``.
            table: the colours, ``(256, 3)``, uint8.
            box: the position and size of the frame in the video.
            delay: the duration, in hundredths of a second.
            stays: whether the frame stays under the next one, or is cleared first.
        """
        self._file.write(b"!\xf9\x04" + bytes([(KEEP if stays else RESTORE) | HAS_TRANSPARENCY]))
        self._delay_position = self._file.tell()
        self._file.write(struct.pack("<HBB", delay, CLEAR, 0))
        local_table = b"" if np.array_equal(table, self._table) else table.tobytes()
        flags = FULL_TABLE if local_table else 0
        self._file.write(b"," + struct.pack("<HHHHB", box.left, box.top, box.width, box.height, flags) + local_table)
        self._file.write(data)

    def finish(self, delay: int) -> None:
        """End the file, and set the duration of the last frame, in hundredths of a second."""
        self._file.seek(self._delay_position)
        self._file.write(struct.pack("<H", delay))
        self._file.seek(0, io.SEEK_END)
        self._file.write(b";")


def compress(indices: np.ndarray) -> bytes:
    """Return indices ``(h, w)``, uint8, compressed for a GIF: the minimum code size and blocks of LZW data."""
    from PIL import Image

    height, width = indices.shape
    picture = Image.frombytes("P", (width, height), indices.tobytes())
    picture.putpalette(bytes(768))
    out = io.BytesIO()
    picture.save(out, "GIF", optimize=False, interlace=0)
    gif = out.getvalue()
    start = 13 + 3 * 2 ** ((gif[10] & 7) + 1)  # the picture follows the screen descriptor and its colour table
    if gif[start : start + 1] != b"," or gif[start + 9] != 0:
        raise AssertionError("this version of Pillow writes GIF files with unexpected blocks")
    return gif[start + 10 : -1]


def _blocks(data: bytes) -> bytes:
    """Return data as GIF sub-blocks of at most 255 bytes, followed by an empty one."""
    parts = [data[i : i + 255] for i in range(0, len(data), 255)]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"
