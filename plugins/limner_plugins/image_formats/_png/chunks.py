"""The chunks of a PNG: https://www.w3.org/TR/png-3/#5DataRep. Reading believes nothing that a chunk says."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from limner.plugin import ArtworkError
from limner_plugins.common.png import SIGNATURE

MAX_TEXT = 2**20  # Pillow reads no longer text, compressed or not
PIECE_BYTES = 2**18
TEXTS = (b"tEXt", b"zTXt", b"iTXt")


class Chunk(NamedTuple):
    """One chunk: its type, the length of its data and where they begin."""

    kind: bytes
    length: int
    start: int


def iter_chunks(file: BinaryIO) -> Iterator[Chunk]:
    """Every chunk up to the closing one, the data passed over. The file may be read and moved in between.

    Raises:
        ArtworkError: the file is no PNG, or ends early.
    """
    end = file.seek(0, 2)
    file.seek(0)
    if file.read(len(SIGNATURE)) != SIGNATURE:
        raise ArtworkError("the file is no PNG: its first bytes are wrong")
    at, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            raise ArtworkError("the file is truncated: it ends before the closing chunk")
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if not kind.isalpha():
            raise ArtworkError("the file is damaged: something else stands where a chunk should begin")
        if at + 12 + length > end:
            raise ArtworkError("the file is truncated: it ends inside a chunk")
        yield Chunk(kind, length, at + 8)
        at += 12 + length


def iter_data(file: BinaryIO, chunk: Chunk) -> Iterator[bytes]:
    """A chunk's data, a piece at a time.

    Raises:
        ArtworkError: its checksum is wrong; told after the last piece.
    """
    crc, at, stop = zlib.crc32(chunk.kind), chunk.start, chunk.start + chunk.length
    while at < stop:
        file.seek(at)
        piece = file.read(min(PIECE_BYTES, stop - at))
        if not piece:
            raise ArtworkError("the file is truncated: it ends inside a chunk")
        crc, at = zlib.crc32(piece, crc), at + len(piece)
        yield piece
    file.seek(stop)
    if file.read(4) != crc.to_bytes(4, "big"):
        raise ArtworkError(f"the file is damaged: the checksum of a chunk {chunk.kind.decode('ascii')} is wrong")


def check_crc(file: BinaryIO, chunk: Chunk) -> None:
    """Check a chunk's checksum, keeping nothing of it."""
    for _ in iter_data(file, chunk):
        pass


def read_data(file: BinaryIO, chunk: Chunk, limit: int) -> bytes:
    """A chunk's data.

    Raises:
        ArtworkError: they are longer than ``limit``, or the checksum is wrong.
    """
    if chunk.length > limit:
        name = chunk.kind.decode("ascii")
        raise ArtworkError(f"the file is damaged: a chunk {name} has {chunk.length} bytes, and at most {limit} can be")
    return b"".join(iter_data(file, chunk))


def read_keyword(file: BinaryIO, chunk: Chunk) -> str:
    """What a text chunk is called; empty for a chunk of another type."""
    if chunk.kind not in TEXTS:
        return ""
    file.seek(chunk.start)
    return file.read(min(80, chunk.length)).partition(b"\0")[0].decode("latin-1")


def text_data(word: str, text: str) -> bytes:
    """The data of a tEXt chunk."""
    return word.encode("latin-1") + b"\0" + text.encode("latin-1")


def read_text(file: BinaryIO, chunk: Chunk) -> str:
    """The text of a text chunk of any of the three types, since other programs write one for another.

    Raises:
        ArtworkError: it is damaged, or longer than ``MAX_TEXT``.
    """
    rest = read_data(file, chunk, MAX_TEXT + 2**12).partition(b"\0")[2]
    packed = chunk.kind == b"zTXt"
    if packed:
        rest = rest[1:]
    elif chunk.kind == b"iTXt":
        packed = rest[:1] == b"\1"
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    try:
        if packed:
            inflater = zlib.decompressobj()
            rest = inflater.decompress(rest, MAX_TEXT + 1)
            if len(rest) <= MAX_TEXT and not inflater.eof:
                raise ArtworkError("the file is damaged: a text chunk breaks off")
        if len(rest) > MAX_TEXT:
            raise ArtworkError(f"the file is damaged: a text chunk holds more than {MAX_TEXT} bytes")
        return rest.decode("utf-8" if chunk.kind == b"iTXt" else "latin-1")
    except (zlib.error, UnicodeDecodeError) as error:
        raise ArtworkError("the file is damaged: a text chunk cannot be decoded") from error
