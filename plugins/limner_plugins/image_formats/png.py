"""The image format ``png``, written with zlib: Pillow neither streams PNG files nor supports 16-bit RGB."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import BinaryIO, ClassVar

import numpy as np

from limner.plugin import ArtworkError, EmbeddedData, ImageFormat, ImageInfo, LimnerError
from limner_plugins.common.png import SIGNATURE, international_text, write_chunk, write_head
from limner_plugins.image_formats._png import chunks
from limner_plugins.image_formats._png.header import PngHeader
from limner_plugins.image_formats._png.rows import pack_rows, unpack_samples
from limner_plugins.image_formats._png.samples import SampleFormat

MANIFEST, DIGEST = "limner", "limner-digest"
NO_DIGEST = "sha256:" + "0" * 64
"""A placeholder, replaced once the digest is known: readers that stop at the pixels need all texts before them."""
THETA = b"liMN"  # ancillary, private, unsafe to copy: a program that changes the pixels must drop it
METRES_PER_INCH = 0.0254
MAX_PALETTE = 3 * 256  # bytes of the chunks PLTE and tRNS


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
        digest_position = 0
        if embedded.manifest:
            write_chunk(file, b"iTXt", international_text(MANIFEST, embedded.manifest))
            digest_position = file.tell()
            write_chunk(file, b"tEXt", chunks.text_data(DIGEST, NO_DIGEST))
        if embedded.theta:
            write_chunk(file, THETA, embedded.theta)
        with closing(pack_rows(bands, info)) as parts:
            for part in parts:
                write_chunk(file, b"IDAT", part)
        write_chunk(file, b"IEND", b"")
        if embedded.manifest:
            _write_digest(file, digest_position, digest())

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
            return EmbeddedData(texts[MANIFEST], theta or b"", texts.get(DIGEST, "").rstrip())
        if theta is not None or texts:
            raise ArtworkError("the file is damaged: it contains θ or a digest, but no manifest")
        return None

    def read_pixels(self, file: BinaryIO) -> tuple[ImageInfo, Iterator[np.ndarray]]:
        """Return the picture's shape and its bands, as RGB or RGBA; an interlaced picture is one band.

        Raises:
            ArtworkError: the file is damaged, or the picture is too large.
        """
        header: PngHeader | None = None
        dpi, data_bytes = 0.0, 0
        colours: dict[bytes, bytes] = {}
        for chunk in chunks.iter_chunks(file):
            if (chunk.kind == b"IHDR") != (header is None):
                raise ArtworkError("the file is damaged: it must start with its only header")
            if chunk.kind == b"IHDR":
                header = PngHeader.parse(chunks.read_data(file, chunk, 13))
            elif chunk.kind == b"pHYs":
                dpi = _dpi(chunks.read_data(file, chunk, 9))
            elif chunk.kind in (b"PLTE", b"tRNS"):
                colours[chunk.kind] = chunks.read_data(file, chunk, MAX_PALETTE)
            elif chunk.kind == b"IDAT":
                data_bytes += chunk.length
            else:
                chunks.check_crc(file, chunk)
        if header is None:
            raise ArtworkError("the file is damaged: it has no header")
        samples = SampleFormat(header.colour, header.bits, colours.get(b"PLTE", b""), colours.get(b"tRNS", b""))
        samples.check()
        header.check_size()
        info = ImageInfo(header.width, header.height, 4 if samples.alpha else 3, max(8, header.bits), dpi)
        size = header.width, header.height
        return info, unpack_samples(_iter_idat(file), size, samples, data_bytes, interlaced=header.interlaced)


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


def _write_digest(file: BinaryIO, position: int, digest: str) -> None:
    """Replace the placeholder in the text chunk at a position; a shorter digest is padded with spaces."""
    if len(digest) > len(NO_DIGEST):
        raise ValueError(f"the digest has {len(digest)} bytes; a PNG reserves {len(NO_DIGEST)}")
    file.seek(position)
    write_chunk(file, b"tEXt", chunks.text_data(DIGEST, digest.ljust(len(NO_DIGEST))))
    file.seek(0, 2)
