"""The zlib stream inside a PNG: deflated on all cores, inflated no further than is asked for."""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterable, Iterator

from limner.plugin import ArtworkError
from limner_plugins.image_formats._prefetch import prefetch_map

LEVEL = 5  # on smooth pictures as small as Pillow's level 6, in less than half the time
WINDOW = 2**15


def deflate(pieces: Iterable[bytes]) -> Generator[bytes]:
    """One zlib stream of all pieces, a part for each.

    The pieces are deflated apart, each with the end of the one before it as its dictionary, as pigz does: the parts
    depend on how the pieces are cut, never on how many cores there are.
    """
    yield b"\x78\x5e"  # deflate, window of 32 KiB, a fast level
    checksum = zlib.adler32(b"")

    def pairs() -> Iterator[tuple[bytes, bytes]]:
        nonlocal checksum
        before = b""
        for piece in pieces:
            checksum = zlib.adler32(piece, checksum)
            yield piece, before
            before = (before + piece)[-WINDOW:] if len(piece) < WINDOW else piece[-WINDOW:]

    yield from prefetch_map(_deflate_piece, pairs())
    yield b"\x03\x00" + checksum.to_bytes(4, "big")  # an empty last block


def _deflate_piece(pair: tuple[bytes, bytes]) -> bytes:
    piece, before = pair
    deflater = zlib.compressobj(LEVEL, wbits=-15, memLevel=9, zdict=before)
    return deflater.compress(piece) + deflater.flush(zlib.Z_SYNC_FLUSH)


class Inflater:
    """The bytes of a zlib stream that comes in parts."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._pending = b""
        self._zlib = zlib.decompressobj()

    def take(self, count: int) -> bytearray:
        """The next ``count`` bytes.

        Raises:
            ArtworkError: there are fewer, or the stream is damaged.
        """
        out = bytearray()
        while len(out) < count:
            got = self._inflate(count - len(out))
            out += got
            if not got and not self._more():
                raise ArtworkError("the picture's data are truncated: they end before its last row")
        return out

    def finish(self) -> None:
        """Make sure that this was all, and whole.

        Raises:
            ArtworkError: there is more, or the stream has no end.
        """
        extra = self._inflate(1)
        while not extra and not self._zlib.eof:
            if not self._more():
                raise ArtworkError("the picture's data are truncated: their checksum is missing")
            extra = self._inflate(1)
        if extra or self._zlib.unused_data or any(self._parts):  # any() runs on to the end of the file
            raise ArtworkError("the picture's data are damaged: they go on after its last row")

    def _inflate(self, count: int) -> bytes:
        try:
            got = self._zlib.decompress(self._pending, count)
        except zlib.error as error:
            raise ArtworkError("the picture's data are damaged: they cannot be decompressed") from error
        self._pending = self._zlib.unconsumed_tail
        return got

    def _more(self) -> bool:
        """Take the next part up; False where there is none, or where the stream has ended."""
        if self._zlib.eof:
            return False
        part = next(self._parts, None)
        self._pending = part or b""
        return part is not None
