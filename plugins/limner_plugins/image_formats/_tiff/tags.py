"""The tags of a TIFF's first page, read with nothing in them believed.

We write with tifffile and read without it: tifffile mends or skips what is damaged and goes on, where an artwork
must be refused. The format is small: https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf, section 2.
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
    """One tag: its type, how many items it has, and where they lie in the file."""

    kind: int
    items: int
    start: int


class Tags:
    """The first page's tags by their numbers; a value is looked at when it is asked for.

    Raises:
        ArtworkError: the file is no TIFF, or its list of tags does not lie inside it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.end = file.seek(0, 2)
        head = self._read(0, 4)
        if head not in HEADS:
            raise ArtworkError("the file is no TIFF: its first bytes are wrong")
        self.order = "<" if head.startswith(b"II") else ">"
        if head in HEADS[:2]:
            at, counted, entry, inline = self._unpack("I", 4), "H", "HHI", 4
        else:
            if self._unpack("HH", 4) != 8:
                raise ArtworkError("the file is damaged: a BigTIFF's offsets must have 8 bytes")
            at, counted, entry, inline = self._unpack("Q", 8), "Q", "HHQ", 8
        count = self._unpack(counted, at)
        if not 1 <= count <= MAX_TAGS:
            raise ArtworkError(f"the file is damaged: its first page says that it has {count} tags")
        at += struct.calcsize("<" + counted)
        each = struct.calcsize("<" + entry)
        self._tags: dict[int, list[Tag]] = {}
        for position in range(at, at + count * (each + inline), each + inline):
            number, kind, items = struct.unpack(self.order + entry, self._read(position, each))
            start = position + each
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
            raise ArtworkError(f"the file is truncated or damaged: its tag {number} lies outside it")
        return tag

    def _read(self, start: int, count: int) -> bytes:
        if start + count > self.end:
            raise ArtworkError("the file is truncated or damaged: its list of tags does not lie inside it")
        self._file.seek(start)
        return self._file.read(count)

    def _unpack(self, layout: str, start: int) -> int:
        """The first number of a layout of ``struct``'s."""
        return int(struct.unpack(self.order + layout, self._read(start, struct.calcsize("<" + layout)))[0])

    def data(self, number: int, limit: int) -> bytes:
        """A tag's bytes; none where there is no such tag.

        Raises:
            ArtworkError: it does not hold bytes, or more than ``limit``.
        """
        if number not in self:
            return b""
        tag = self[number]
        if tag.kind not in BYTES or tag.items > limit:
            raise ArtworkError(f"the file is damaged: its tag {number} must hold at most {limit} bytes")
        return self._read(tag.start, tag.items)

    def text(self, number: int, limit: int, encoding: str = "ascii") -> str:
        """A tag's bytes as text, without the zeros that end it."""
        try:
            return self.data(number, limit).rstrip(b"\0").decode(encoding)
        except UnicodeDecodeError as error:
            raise ArtworkError(f"the file is damaged: its tag {number} is no text") from error

    def numbers(self, number: int) -> np.ndarray:
        """A tag's whole numbers; none where there is no such tag.

        Raises:
            ArtworkError: it holds no whole numbers.
        """
        if number not in self:
            return np.empty(0, np.uint64)
        tag = self[number]
        if tag.kind not in INTEGERS:
            raise ArtworkError(f"the file is damaged: its tag {number} must hold whole numbers")
        data = self._read(tag.start, tag.items * SIZES[tag.kind])
        return np.frombuffer(data, self.order + INTEGERS[tag.kind]).astype(np.uint64)

    def number(self, number: int, default: int) -> int:
        """A tag's one whole number."""
        values = self.numbers(number)
        if len(values) > 1:
            raise ArtworkError(f"the file is damaged: its tag {number} must hold one number")
        return int(values[0]) if len(values) else default

    def ratio(self, number: int) -> float:
        """A tag's fraction; 0 where there is none or it has no value."""
        if number not in self or self[number][:2] != (RATIONAL, 1):
            return 0.0
        above, below = struct.unpack(self.order + "II", self._read(self[number].start, 8))
        return above / below if below else 0.0
