"""The tags of a TIFF's first page. Nothing in them is trusted.

limner writes with tifffile but reads without it, because tifffile repairs or skips damaged parts, and a damaged artwork
must be rejected. Format: https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf, section 2.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, NamedTuple

import numpy as np

from limner.plugin import ArtworkError

HEADS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
MAX_TAGS = 4096
INTEGERS = {1: "u1", 3: "u2", 4: "u4", 13: "u4", 16: "u8", 18: "u8"}
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
BYTES = (1, 2, 7)
RATIONAL = 5


class Tag(NamedTuple):
    """One tag of a TIFF.

    Attributes:
        kind: the number of the data type.
        items: the number of items.
        start: the position of the items in the file.
    """

    kind: int
    items: int
    start: int


class Tags:
    """The tags of the first page, or of another list of tags, by number. Values are read on demand.

    Args:
        file: the file.
        parent: the number of a tag of the first page that holds the position of the list; 0 for the first page.

    Attributes:
        end: the length of the file, in bytes.
        order: the byte order as in ``struct``, ``<`` or ``>``.

    Raises:
        ArtworkError: the file is not a TIFF, or its list of tags extends beyond its end.
    """

    def __init__(self, file: BinaryIO, parent: int = 0) -> None:
        self._file = file
        self.end = file.seek(0, 2)
        head = self._read(0, 4)
        if head not in HEADS:
            raise ArtworkError("the file is not a TIFF: its signature is wrong")
        self.order = "<" if head.startswith(b"II") else ">"
        if head in HEADS[:2]:
            position, count_format, entry_format, inline = self._unpack("I", 4), "H", "HHI", 4
        else:
            if self._unpack("HH", 4) != 8:
                raise ArtworkError("the file is damaged: a BigTIFF's offsets must have 8 bytes")
            position, count_format, entry_format, inline = self._unpack("Q", 8), "Q", "HHQ", 8
        if parent:
            position = Tags(file).number(parent, 0)
        count = self._unpack(count_format, position)
        if not 1 <= count <= MAX_TAGS:
            raise ArtworkError(f"the file is damaged: its first page has {count} tags, according to its header")
        first = position + struct.calcsize("<" + count_format)
        entry_size = struct.calcsize("<" + entry_format)
        self._tags: dict[int, list[Tag]] = {}
        for offset in range(first, first + count * (entry_size + inline), entry_size + inline):
            number, kind, items = struct.unpack(self.order + entry_format, self._read(offset, entry_size))
            start = offset + entry_size
            if items * SIZES.get(kind, 1) > inline:
                start = self._unpack("I" if inline == 4 else "Q", start)
            self._tags.setdefault(number, []).append(Tag(kind, items, start))

    def __contains__(self, number: int) -> bool:
        return number in self._tags

    def __getitem__(self, number: int) -> Tag:
        tag, *others = self._tags[number]
        if others:
            raise ArtworkError(f"the file is damaged: it has the tag {number} more than once")
        if tag.start + tag.items * SIZES.get(tag.kind, 1) > self.end:
            raise ArtworkError(f"the file is truncated or damaged: the data of tag {number} are outside it")
        return tag

    def _read(self, start: int, count: int) -> bytes:
        """Return bytes of the file.

        Raises:
            ArtworkError: they are beyond its end.
        """
        if start + count > self.end:
            raise ArtworkError("the file is truncated or damaged: its list of tags extends beyond its end")
        self._file.seek(start)
        return self._file.read(count)

    def _unpack(self, layout: str, start: int) -> int:
        """Return the first number in the file at a position, given a format of ``struct``."""
        return int(struct.unpack(self.order + layout, self._read(start, struct.calcsize("<" + layout)))[0])

    def data(self, number: int, limit: int) -> bytes:
        """Return a tag's bytes; empty if the tag is missing.

        Raises:
            ArtworkError: the tag does not contain bytes, or more than ``limit``.
        """
        if number not in self:
            return b""
        tag = self[number]
        if tag.kind not in BYTES or tag.items > limit:
            raise ArtworkError(f"the file is damaged: tag {number} must contain at most {limit} bytes")
        return self._read(tag.start, tag.items)

    def text(self, number: int, limit: int, encoding: str = "ascii") -> str:
        """Return a tag's bytes as text, without trailing zeros; empty if the tag is missing.

        Raises:
            ArtworkError: the tag does not contain text, or more than ``limit`` bytes.
        """
        try:
            return self.data(number, limit).rstrip(b"\0").decode(encoding)
        except UnicodeDecodeError as error:
            raise ArtworkError(f"the file is damaged: tag {number} must contain text") from error

    def numbers(self, number: int) -> np.ndarray:
        """Return a tag's integers as a uint64 array; empty if the tag is missing.

        Raises:
            ArtworkError: the tag does not contain integers.
        """
        if number not in self:
            return np.empty(0, np.uint64)
        tag = self[number]
        if tag.kind not in INTEGERS:
            raise ArtworkError(f"the file is damaged: tag {number} must contain integers")
        data = self._read(tag.start, tag.items * SIZES[tag.kind])
        return np.frombuffer(data, self.order + INTEGERS[tag.kind]).astype(np.uint64)

    def number(self, number: int, default: int) -> int:
        """Return a tag's single integer, or ``default`` if the tag is missing.

        Raises:
            ArtworkError: the tag does not contain exactly one integer.
        """
        values = self.numbers(number)
        if len(values) > 1:
            raise ArtworkError(f"the file is damaged: tag {number} must contain one number")
        return int(values[0]) if len(values) else default

    def ratio(self, number: int) -> float:
        """Return a tag's fraction; 0 if the tag is missing, is not a fraction, or has the denominator 0."""
        if number not in self or self[number][:2] != (RATIONAL, 1):
            return 0.0
        numerator, denominator = struct.unpack(self.order + "II", self._read(self[number].start, 8))
        return numerator / denominator if denominator else 0.0
