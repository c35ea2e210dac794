"""The writer ``png``: our own container on zlib, since Pillow neither streams a PNG nor knows RGB of 16 bits."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, ClassVar

import numpy as np

from limner.plugin import ArtworkError, EmbeddedData, ImageFormat, ImageInfo, LimnerError
from limner_plugins.common.png import COLOR_TYPES, SIGNATURE, international_text, write_chunk, write_head
from limner_plugins.image_formats._pillow import read_with_pillow
from limner_plugins.image_formats._png import chunks
from limner_plugins.image_formats._png.rows import pack_rows, unpack_rows

MANIFEST, DIGEST = "limner", "limner-digest"
THETA = b"liMN"  # ancillary, private, unsafe to copy: a program that changes the pixels must drop it
INCH = 0.0254
MAX_READ_WIDTH = 2**22  # as wide as limner paints; it bounds the memory that a row takes


@dataclass(frozen=True)
class PngHeader:
    """What IHDR says."""

    width: int
    height: int
    bits: int
    colour: int
    interlaced: bool

    @classmethod
    def parse(cls, data: bytes) -> PngHeader:
        """The header of 13 bytes.

        Raises:
            ArtworkError: it makes no sense.
        """
        if len(data) != 13:
            raise ArtworkError("the file is damaged: its header has not 13 bytes")
        width, height, bits, colour, method, filters, interlace = struct.unpack(">IIBBBBB", data)
        if method or filters or interlace > 1 or bits not in (1, 2, 4, 8, 16) or colour not in (0, 2, 3, 4, 6):
            raise ArtworkError("the file is damaged: its header names a kind of PNG that there is not")
        if not (1 <= width < 2**31 and 1 <= height < 2**31):
            raise ArtworkError(f"the file is damaged: its header says {width}x{height} pixels")
        return cls(width, height, bits, colour, bool(interlace))

    @property
    def info(self) -> ImageInfo:
        """The shape of an RGB or RGBA picture."""
        return ImageInfo(self.width, self.height, 4 if self.colour == 6 else 3, self.bits)


class Png(ImageFormat):
    """PNG: lossless; manifest and digest in text chunks, θ in a chunk of our own."""

    suffixes: ClassVar[tuple[str, ...]] = (".png",)
    bit_depths: ClassVar[tuple[int, ...]] = (8, 16)

    @classmethod
    def matches(cls, head: bytes) -> bool:
        """By the signature."""
        return head.startswith(SIGNATURE)

    def write(
        self,
        file: BinaryIO,
        info: ImageInfo,
        bands: Iterator[np.ndarray],
        embedded: EmbeddedData,
        digest: Callable[[], str],
    ) -> None:
        """Write the picture a slab of rows at a time; a plain picture, without a record, where the manifest is empty.

        Raises:
            LimnerError: the manifest or θ is larger than can be read back.
        """
        if len(embedded.manifest.encode("utf-8")) > chunks.MAX_TEXT:
            raise LimnerError(f"the manifest is larger than the {chunks.MAX_TEXT} bytes that a PNG takes")
        if len(embedded.theta) > self.max_theta:
            raise LimnerError(f"θ is larger than the {self.max_theta} bytes that a PNG takes")
        write_head(file, (info.width, info.height), info.channels, info.bits)
        write_chunk(file, b"sRGB", b"\0")
        if info.dpi > 0:
            per_metre = round(info.dpi / INCH)
            write_chunk(file, b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))
        write_chunk(file, b"tEXt", chunks.text_data("Software", "limner"))
        if embedded.manifest:
            write_chunk(file, b"iTXt", international_text(MANIFEST, embedded.manifest))
        if embedded.theta:
            write_chunk(file, THETA, embedded.theta)
        with closing(pack_rows(bands, info)) as parts:
            for part in parts:
                write_chunk(file, b"IDAT", part)
        if embedded.manifest:
            write_chunk(file, b"tEXt", chunks.text_data(DIGEST, digest()))
        write_chunk(file, b"IEND", b"")

    def read_embedded(self, file: BinaryIO) -> EmbeddedData | None:
        """What limner's chunks hold; the pixels are passed over."""
        found: dict[str, str] = {}
        theta: bytes | None = None
        for chunk in chunks.iter_chunks(file):
            word = chunks.read_keyword(file, chunk)
            if word in (MANIFEST, DIGEST):
                if word in found:
                    raise ArtworkError(f"the file is damaged: it has more than one text {word!r}")
                found[word] = chunks.read_text(file, chunk)
            elif chunk.kind == THETA:
                if theta is not None:
                    raise ArtworkError("the file is damaged: it has more than one θ")
                theta = chunks.read_data(file, chunk, self.max_theta)
            elif chunk.kind != b"IDAT":
                chunks.check_crc(file, chunk)
        if MANIFEST in found:
            return EmbeddedData(found[MANIFEST], theta or b"", found.get(DIGEST, ""))
        if theta is not None or found:
            raise ArtworkError("the file is damaged: it holds θ or a digest of limner's, but no manifest")
        return None

    def read_pixels(self, file: BinaryIO) -> tuple[ImageInfo, Iterator[np.ndarray]]:
        """The pixels; of a greyscale, palette or interlaced PNG through Pillow, all at once."""
        header: PngHeader | None = None
        dpi, stored, keyed = 0.0, 0, False
        for chunk in chunks.iter_chunks(file):
            if (chunk.kind == b"IHDR") != (header is None):
                raise ArtworkError("the file is damaged: it must have one header, at its beginning")
            if chunk.kind == b"IHDR":
                header = PngHeader.parse(chunks.read_data(file, chunk, 13))
            elif chunk.kind == b"pHYs":
                dpi = _dpi(chunks.read_data(file, chunk, 9))
            elif chunk.kind == b"IDAT":
                stored += chunk.length
            else:
                chunks.check_crc(file, chunk)
            keyed = keyed or chunk.kind == b"tRNS"
        if header is None:
            raise ArtworkError("the file is damaged: it has no header")
        if header.colour in COLOR_TYPES.values() and not header.interlaced and header.bits >= 8 and not keyed:
            return _read_streamed(file, header, dpi, stored)
        if header.bits == 16:
            raise ArtworkError("a PNG of 16 bits must be RGB or RGBA and not interlaced; save it anew as such")
        return read_with_pillow(file, "PNG", (header.width, header.height), dpi)


def _read_streamed(
    file: BinaryIO, header: PngHeader, dpi: float, stored: int
) -> tuple[ImageInfo, Iterator[np.ndarray]]:
    """The page and the bands of a plain RGB or RGBA picture whose data take ``stored`` bytes."""
    page = ImageInfo(header.width, header.height, header.info.channels, header.bits, dpi)
    if page.width > MAX_READ_WIDTH:
        raise ArtworkError(f"the picture is {page.width} pixels wide, and limner reads at most {MAX_READ_WIDTH}")
    return page, unpack_rows(_iter_idat(file), page, stored)


def _iter_idat(file: BinaryIO) -> Iterator[bytes]:
    return (
        piece for chunk in chunks.iter_chunks(file) if chunk.kind == b"IDAT" for piece in chunks.iter_data(file, chunk)
    )


def _dpi(data: bytes) -> float:
    """From pHYs, whose whole pixels a metre tell no more than tenths apart; 0 where it says nothing of size."""
    if len(data) != 9:
        raise ArtworkError("the file is damaged: its chunk pHYs has not 9 bytes")
    across, _, unit = struct.unpack(">IIB", data)
    return round(across * INCH, 1) if unit == 1 else 0.0
