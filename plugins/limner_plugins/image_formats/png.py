"""The image format ``png``, written with zlib: Pillow neither streams PNG files nor supports 16-bit RGB."""

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
METRES_PER_INCH = 0.0254
MAX_READ_WIDTH = 2**22  # pixels; limner's own limit for pictures, which bounds the memory of a row


@dataclass(frozen=True)
class PngHeader:
    """The contents of the chunk IHDR.

    Attributes:
        width: width in pixels.
        height: height in pixels.
        bits: bits per sample.
        colour: the colour type of the PNG specification.
        interlaced: whether the rows are interlaced.
    """

    width: int
    height: int
    bits: int
    colour: int
    interlaced: bool

    @classmethod
    def parse(cls, data: bytes) -> PngHeader:
        """Return the header in the 13 bytes of IHDR.

        Raises:
            ArtworkError: the header is invalid.
        """
        if len(data) != 13:
            raise ArtworkError("the file is damaged: its header does not have 13 bytes")
        width, height, bits, colour, method, filters, interlace = struct.unpack(">IIBBBBB", data)
        if method or filters or interlace > 1 or bits not in (1, 2, 4, 8, 16) or colour not in (0, 2, 3, 4, 6):
            raise ArtworkError("the file is damaged: its header is invalid")
        if not (1 <= width < 2**31 and 1 <= height < 2**31):
            raise ArtworkError(f"the file is damaged: its header says {width}x{height} pixels")
        return cls(width, height, bits, colour, bool(interlace))

    @property
    def info(self) -> ImageInfo:
        """The shape of the picture, if it is RGB or RGBA."""
        return ImageInfo(self.width, self.height, 4 if self.colour == 6 else 3, self.bits)


class Png(ImageFormat):
    """PNG: lossless, 8 or 16 bits. Manifest and digest are in text chunks, θ is in a private chunk."""

    suffixes: ClassVar[tuple[str, ...]] = (".png",)
    bit_depths: ClassVar[tuple[int, ...]] = (8, 16)

    @classmethod
    def matches(cls, head: bytes) -> bool:
        """Return whether the file starts with the PNG signature."""
        return head.startswith(SIGNATURE)

    def write(
        self,
        file: BinaryIO,
        info: ImageInfo,
        bands: Iterator[np.ndarray],
        embedded: EmbeddedData,
        digest: Callable[[], str],
    ) -> None:
        """Write the picture, a few rows at a time; if the manifest is empty, no digest is written either.

        Raises:
            LimnerError: the manifest or θ is too large to be read back.
        """
        if len(embedded.manifest.encode("utf-8")) > chunks.MAX_TEXT:
            raise LimnerError(f"the manifest is larger than the {chunks.MAX_TEXT} bytes that a PNG can embed")
        if len(embedded.theta) > self.max_theta:
            raise LimnerError(f"θ is larger than the {self.max_theta} bytes that a PNG can embed")
        write_head(file, (info.width, info.height), info.channels, info.bits)
        write_chunk(file, b"sRGB", b"\0")
        if info.dpi > 0:
            per_metre = round(info.dpi / METRES_PER_INCH)
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
        """Return the data in limner's chunks, or None if there are none; the pixels are skipped.

        Raises:
            ArtworkError: the file is damaged.
        """
        texts: dict[str, str] = {}
        theta: bytes | None = None
        for chunk in chunks.iter_chunks(file):
            word = chunks.read_keyword(file, chunk)
            if word in (MANIFEST, DIGEST):
                if word in texts:
                    raise ArtworkError(f"the file is damaged: it has more than one text {word!r}")
                texts[word] = chunks.read_text(file, chunk)
            elif chunk.kind == THETA:
                if theta is not None:
                    raise ArtworkError("the file is damaged: it has more than one θ")
                theta = chunks.read_data(file, chunk, self.max_theta)
            elif chunk.kind != b"IDAT":
                chunks.check_crc(file, chunk)
        if MANIFEST in texts:
            return EmbeddedData(texts[MANIFEST], theta or b"", texts.get(DIGEST, ""))
        if theta is not None or texts:
            raise ArtworkError("the file is damaged: it contains θ or a digest, but no manifest")
        return None

    def read_pixels(self, file: BinaryIO) -> tuple[ImageInfo, Iterator[np.ndarray]]:
        """Return the picture's shape and its bands.

        RGB and RGBA files are streamed; greyscale, palette and interlaced files are read with Pillow as one band.

        Raises:
            ArtworkError: the file is damaged, or a 16-bit picture is not RGB or RGBA.
        """
        header: PngHeader | None = None
        dpi, data_bytes, has_colour_key = 0.0, 0, False
        for chunk in chunks.iter_chunks(file):
            if (chunk.kind == b"IHDR") != (header is None):
                raise ArtworkError("the file is damaged: it must start with its only header")
            if chunk.kind == b"IHDR":
                header = PngHeader.parse(chunks.read_data(file, chunk, 13))
            elif chunk.kind == b"pHYs":
                dpi = _dpi(chunks.read_data(file, chunk, 9))
            elif chunk.kind == b"IDAT":
                data_bytes += chunk.length
            else:
                chunks.check_crc(file, chunk)
            has_colour_key = has_colour_key or chunk.kind == b"tRNS"
        if header is None:
            raise ArtworkError("the file is damaged: it has no header")
        rgb = header.colour in COLOR_TYPES.values() and header.bits >= 8
        if rgb and not header.interlaced and not has_colour_key:
            return _read_streamed(file, header, dpi, data_bytes)
        if header.bits == 16:
            raise ArtworkError("a 16-bit PNG must be RGB or RGBA and not interlaced; convert it")
        return read_with_pillow(file, "PNG", (header.width, header.height), dpi)


def _read_streamed(
    file: BinaryIO, header: PngHeader, dpi: float, data_bytes: int
) -> tuple[ImageInfo, Iterator[np.ndarray]]:
    """Return the shape and the bands of an RGB or RGBA picture whose compressed data have ``data_bytes`` bytes."""
    info = ImageInfo(header.width, header.height, header.info.channels, header.bits, dpi)
    if info.width > MAX_READ_WIDTH:
        raise ArtworkError(f"the picture is {info.width} pixels wide; limner reads at most {MAX_READ_WIDTH}")
    return info, unpack_rows(_iter_idat(file), info, data_bytes)


def _iter_idat(file: BinaryIO) -> Iterator[bytes]:
    """Yield the compressed data of the pixels, in pieces."""
    return (
        piece for chunk in chunks.iter_chunks(file) if chunk.kind == b"IDAT" for piece in chunks.iter_data(file, chunk)
    )


def _dpi(data: bytes) -> float:
    """Return the resolution in the chunk pHYs, in pixels per inch; 0 if it only sets the aspect ratio.

    pHYs stores whole pixels per metre, so the result is rounded to tenths.
    """
    if len(data) != 9:
        raise ArtworkError("the file is damaged: its chunk pHYs does not have 9 bytes")
    across, _, unit = struct.unpack(">IIB", data)
    return round(across * METRES_PER_INCH, 1) if unit == 1 else 0.0
