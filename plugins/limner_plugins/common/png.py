"""The parts of a PNG file common to still pictures and animations: https://www.w3.org/TR/png-3/#5DataRep."""

from __future__ import annotations

import os
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

SIGNATURE = b"\x89PNG\r\n\x1a\n"
END = b"\0\0\0\0IEND\xaeB`\x82"
"""The last chunk, with its length and checksum."""
COLOR_TYPES = {3: 2, 4: 6}
"""The colour type by the number of channels: RGB, and RGB with alpha."""


def write_chunk(file: BinaryIO, kind: bytes, data: bytes) -> None:
    """Write one chunk: length, type, data, checksum."""
    file.write(len(data).to_bytes(4, "big") + kind)
    file.write(data)
    file.write(zlib.crc32(data, zlib.crc32(kind)).to_bytes(4, "big"))


def write_head(file: BinaryIO, size: tuple[int, int], channels: int, bits: int = 8) -> None:
    """Write the signature and the header of a picture that is not interlaced; ``size`` is width and height."""
    file.write(SIGNATURE)
    write_chunk(file, b"IHDR", struct.pack(">IIBBBBB", *size, bits, COLOR_TYPES[channels], 0, 0, 0))


def is_complete_png(path: Path, size: tuple[int, int], channels: int, bits: int = 8) -> bool:
    """Return whether a file has the header of such a picture, and the chunk that ends a PNG."""
    head = BytesIO()
    write_head(head, size, channels, bits)
    try:
        with path.open("rb") as file:
            begins = file.read(head.tell()) == head.getvalue()
            file.seek(-len(END), os.SEEK_END)
            return begins and file.read() == END
    except OSError:
        return False


def international_text(keyword: str, text: str) -> bytes:
    """Return the data of an iTXt chunk, compressed."""
    return keyword.encode("latin-1") + b"\0\1\0\0\0" + zlib.compress(text.encode("utf-8"), 9)
