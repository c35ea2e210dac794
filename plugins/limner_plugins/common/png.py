"""The parts of a PNG file common to still pictures and animations: https://www.w3.org/TR/png-3/#5DataRep."""

from __future__ import annotations

import struct
import zlib
from typing import BinaryIO

SIGNATURE = b"\x89PNG\r\n\x1a\n"
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


def international_text(keyword: str, text: str) -> bytes:
    """Return the data of an iTXt chunk, compressed."""
    return keyword.encode("latin-1") + b"\0\1\0\0\0" + zlib.compress(text.encode("utf-8"), 9)
