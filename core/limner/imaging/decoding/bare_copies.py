"""Copies of picture files without metadata, for files whose metadata is damaged.

Pillow refuses some pictures for a damaged comment, resolution or time stamp, although the pixels are intact. A copy has
the bytes that the pixels need, and as much of what changes their appearance as is intact.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Collection, Iterator

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = ((b"tRNS", b"iCCP", b"eXIf"), (b"tRNS", b"eXIf"), (b"tRNS",), ())
"""Chunks that change how a PNG looks: transparency, colour profile, orientation; fewer with each attempt."""
JPEG_KEPT = ((b"Exif\0\0", b"ICC_PROFILE\0", b"Adobe"), (b"Adobe",), ())
"""First bytes of the application segments that change how a JPEG looks; fewer with each attempt."""
JPEG_APPLICATION, JPEG_COMMENT, JPEG_SCAN = range(0xE0, 0xF0), 0xFE, 0xDA
TIFF_PIXELS = frozenset(
    (254, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 292, 293, 317, 320, 322, 323, 324, 325, 332, 338, 339,
     347, 529, 530, 531, 532)
)  # fmt: skip
"""The TIFF tags that the pixels need, from TIFF 6.0 and its technical notes."""
TIFF_KEPT = (TIFF_PIXELS | {274, 34675}, TIFF_PIXELS | {274}, TIFF_PIXELS)
"""With the orientation and the colour profile; fewer with each attempt."""
RIFF_KEPT = ((b"ICCP", b"EXIF"), ())


def bare_copies(data: bytes) -> Iterator[bytes]:
    """Yield copies of a PNG, JPEG, TIFF, WebP or AVIF file with less and less metadata; none of other files.

    Chunks of a PNG whose checksum is wrong are omitted too, unless the pixels need them.
    """
    try:
        if data.startswith(PNG_SIGNATURE):
            yield from (_png(data, kept) for kept in PNG_KEPT)
        elif data.startswith(b"\xff\xd8"):
            yield from (_jpeg(data, kept) for kept in JPEG_KEPT)
        elif data.startswith((b"II*\0", b"MM\0*")):
            yield from (_tiff(data, kept) for kept in TIFF_KEPT)
        elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            yield from (_webp(data, kept) for kept in RIFF_KEPT)
        elif data[4:12] in (b"ftypavif", b"ftypavis"):
            yield data.replace(b"Exif", b"none", 1)  # the type of the item; AVIF stores the orientation apart from it
    except (struct.error, IndexError):  # the file ends within a chunk: it has no pixels
        return


def _png(data: bytes, kept: Collection[bytes]) -> bytes:
    parts, at = [PNG_SIGNATURE], len(PNG_SIGNATURE)
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name, end = data[at + 4 : at + 8], at + 12 + length
        critical = not name[:1].islower()
        intact = data[end - 4 : end] == struct.pack(">I", zlib.crc32(data[at + 4 : end - 4]))
        if critical or (name in kept and intact):
            parts.append(data[at:end])
        at = end
        if name == b"IEND":
            break
    return b"".join(parts)


def _jpeg(data: bytes, kept: tuple[bytes, ...]) -> bytes:
    parts, at = [data[:2]], 2
    while data[at] == 0xFF and data[at + 1] != JPEG_SCAN:
        marker = data[at + 1]
        if marker == 0xFF:  # a byte that fills up
            at += 1
            continue
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        metadata = marker in JPEG_APPLICATION or marker == JPEG_COMMENT
        if not metadata or data[at + 4 : end].startswith(kept):
            parts.append(data[at:end])
        at = end
    return b"".join([*parts, data[at:]])


def _tiff(data: bytes, kept: Collection[int]) -> bytes:
    """Return a copy whose first directory has only some tags, without further pictures."""
    order = "<" if data[:2] == b"II" else ">"
    (start,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, start)
    entries = [data[at : at + 12] for at in range(start + 2, start + 2 + 12 * count, 12)]
    entries = [entry for entry in entries if struct.unpack_from(f"{order}H", entry)[0] in kept]
    directory = struct.pack(f"{order}H", len(entries)) + b"".join(entries) + bytes(4)
    return data[:start] + directory + data[start + len(directory) :]


def _webp(data: bytes, kept: Collection[bytes]) -> bytes:
    parts, at = list[bytes](), 12
    while at < len(data):
        name = data[at : at + 4]
        end = at + 8 + struct.unpack_from("<I", data, at + 4)[0]
        end += end % 2
        if name not in (b"ICCP", b"EXIF", b"XMP ") or name in kept:
            parts.append(data[at:end])
        at = end
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body
