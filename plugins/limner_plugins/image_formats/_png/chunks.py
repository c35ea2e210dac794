"""The chunks of a PNG: https://www.w3.org/TR/png-3/#5DataRep. Nothing in a chunk is trusted."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from limner.plugin import ArtworkError
from limner_plugins.common.png import SIGNATURE

MAX_TEXT = 2**20  # bytes; Pillow reads no longer text, compressed or not
PIECE_BYTES = 2**18
TEXT_CHUNKS = (b"tEXt", b"zTXt", b"iTXt")


class Chunk(NamedTuple):
    """One chunk of a PNG.

    Attributes:
        kind: the chunk type, four letters.
        length: the length of the data, in bytes.
        start: the position of the data in the file.
    """

    kind: bytes
    length: int
    start: int


def iter_chunks(file: BinaryIO) -> Iterator[Chunk]:
    """Yield every chunk up to and including IEND, without reading the data. The caller may move the file position.

    Raises:
        ArtworkError: the file is not a PNG, or is truncated or damaged.
    """
    end = file.seek(0, 2)
    file.seek(0)
    if file.read(len(SIGNATURE)) != SIGNATURE:
        raise ArtworkError("the file is not a PNG: its signature is wrong")
    position, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        file.seek(position)
        head = file.read(8)
        if len(head) < 8:
            raise ArtworkError("the file is truncated: the chunk IEND is missing")
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if not kind.isalpha():
            raise ArtworkError("the file is damaged: a chunk type is invalid")
        if position + 12 + length > end:
            raise ArtworkError("the file is truncated: it ends inside a chunk")
        yield Chunk(kind, length, position + 8)
        position += 12 + length


def iter_data(file: BinaryIO, chunk: Chunk) -> Iterator[bytes]:
    """Yield a chunk's data in pieces.

    Raises:
        ArtworkError: the checksum is wrong; raised after the last piece.
    """
    crc, position, stop = zlib.crc32(chunk.kind), chunk.start, chunk.start + chunk.length
    while position < stop:
        file.seek(position)
        piece = file.read(min(PIECE_BYTES, stop - position))
        if not piece:
            raise ArtworkError("the file is truncated: it ends inside a chunk")
        crc, position = zlib.crc32(piece, crc), position + len(piece)
        yield piece
    file.seek(stop)
    if file.read(4) != crc.to_bytes(4, "big"):
        raise ArtworkError(f"the file is damaged: the checksum of a {chunk.kind.decode('ascii')} chunk is wrong")


def check_crc(file: BinaryIO, chunk: Chunk) -> None:
    """Raise an error if a chunk's checksum is wrong; the data are discarded."""
    for _ in iter_data(file, chunk):
        pass


def read_data(file: BinaryIO, chunk: Chunk, limit: int) -> bytes:
    """Return a chunk's data.

    Raises:
        ArtworkError: the data exceed ``limit`` bytes, or the checksum is wrong.
    """
    if chunk.length > limit:
        name = chunk.kind.decode("ascii")
        raise ArtworkError(f"the file is damaged: a {name} chunk has {chunk.length} bytes, more than {limit}")
    return b"".join(iter_data(file, chunk))


def read_keyword(file: BinaryIO, chunk: Chunk) -> str:
    """Return the keyword of a text chunk; empty for a chunk of another type."""
    if chunk.kind not in TEXT_CHUNKS:
        return ""
    file.seek(chunk.start)
    return file.read(min(80, chunk.length)).partition(b"\0")[0].decode("latin-1")


def text_data(word: str, text: str) -> bytes:
    """Return the data of a tEXt chunk."""
    return word.encode("latin-1") + b"\0" + text.encode("latin-1")


def read_text(file: BinaryIO, chunk: Chunk) -> str:
    """Return the text of a text chunk of any of the three types; other programs may convert one type to another.

    Raises:
        ArtworkError: the chunk is damaged, or the text is longer than ``MAX_TEXT`` bytes.
    """
    text = read_data(file, chunk, MAX_TEXT + 2**12).partition(b"\0")[2]
    compressed = chunk.kind == b"zTXt"
    if compressed:
        text = text[1:]
    elif chunk.kind == b"iTXt":
        compressed = text[:1] == b"\1"
        text = text[2:].partition(b"\0")[2].partition(b"\0")[2]
    try:
        if compressed:
            inflater = zlib.decompressobj()
            text = inflater.decompress(text, MAX_TEXT + 1)
            if len(text) <= MAX_TEXT and not inflater.eof:
                raise ArtworkError("the file is damaged: a text chunk is truncated")
        if len(text) > MAX_TEXT:
            raise ArtworkError(f"the file is damaged: a text chunk has more than {MAX_TEXT} bytes")
        return text.decode("utf-8" if chunk.kind == b"iTXt" else "latin-1")
    except (zlib.error, UnicodeDecodeError) as error:
        raise ArtworkError("the file is damaged: a text chunk cannot be decoded") from error
