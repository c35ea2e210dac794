"""The interface of image formats: pixels and embedded data, written and read."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, ClassVar

import numpy as np

from limner.errors import LimnerError
from limner.stages.base import Stage


@dataclass(frozen=True)
class ImageInfo:
    """The shape and resolution of a picture in a file.

    Attributes:
        width: width in pixels.
        height: height in pixels.
        channels: 3 for RGB, 4 for RGBA or CMYK.
        bits: bits per channel, 8 or 16.
        dpi: pixels per inch; 0 if the file does not record a resolution.
        bleed: how many of these pixels at each edge are cut off after printing; not all formats record it.
        cmyk: whether the channels are the amounts of ink: cyan, magenta, yellow and black. Only ``read_pixels`` returns
            such a picture; ``write`` gets RGB or RGBA.
    """

    width: int
    height: int
    channels: int
    bits: int = 8
    dpi: float = 0.0
    bleed: int = 0
    cmyk: bool = False

    @property
    def nbytes(self) -> int:
        """The size of the uncompressed pixels, in bytes."""
        return self.width * self.height * self.channels * self.bits // 8


@dataclass(frozen=True)
class EmbeddedData:
    """The data that limner embeds in a picture file, besides the pixels.

    Attributes:
        manifest: the artwork's manifest, as JSON.
        theta: θ as little-endian float32; empty if θ is stored in a separate ``.limner`` file.
        digest: the digest of the stored pixels, ``sha256:...`` (see ``PixelDigest``).
    """

    manifest: str
    theta: bytes
    digest: str


def no_transparency(format_: type[Stage]) -> str:
    """Return why a format rejects alpha, and the fix: a background if limner or the format can apply one."""
    has_background = issubclass(format_, ImageFormat) or "background" in format_.model_fields
    fix = "set a background colour: `background=white`" if has_background else "choose .png or .webp"
    return f"this format does not support transparency; {fix}"


class ImageFormat(Stage):
    """One image file format, for writing and reading.

    Pixels are passed as bands of whole rows, top to bottom, so that memory use need not grow with the picture. A band
    is an array ``(rows, width, channels)``, uint8 or uint16, with the channels RGB or RGBA.

    Attributes:
        suffixes: file name suffixes, in lower case, that select this format.
        streams: whether memory use stays constant however large the picture is.
        bit_depths: the supported numbers of bits per channel.
        buffered_rows: rows of pixels that a streaming format holds in memory at a time; used to estimate memory.
        max_side: the largest supported width and height, in pixels.
        max_theta: the largest θ that the format can embed, in bytes. A larger θ is stored in a separate file.
        supports_alpha: whether opacity is stored. If not, ``check`` rejects pictures with alpha, unless the format has
            a field ``background`` and it names a colour to composite them over.
        supports_dpi: whether the resolution is stored. If not, ``check`` rejects pictures that have one.
    """

    suffixes: ClassVar[tuple[str, ...]] = ()
    streams: ClassVar[bool] = True
    bit_depths: ClassVar[tuple[int, ...]] = (8,)
    buffered_rows: ClassVar[int] = 64
    max_side: ClassVar[int] = 2**31 - 1
    max_theta: ClassVar[int] = 2**26
    supports_alpha: ClassVar[bool] = True
    supports_dpi: ClassVar[bool] = True

    @property
    def lossy(self) -> bool:
        """Whether the pixels read back differ from those written; override it if they do.

        A change in the number of channels counts too: a format that drops transparency is lossy. The digest in a
        lossy file is the digest of the pixels as they are read back.
        """
        return False

    def prepare(self, pixels: np.ndarray) -> np.ndarray:
        """Return pixels ``(h, w, c)`` in a form that the format can store, before lossy encoding.

        Override it if the format does not support transparency: composite the pixels over a background.
        """
        return pixels

    def as_stored(
        self,
        file: BinaryIO,  # noqa: ARG002
        info: ImageInfo,
        bands: Iterator[np.ndarray],
    ) -> tuple[ImageInfo, Iterator[np.ndarray]]:
        """Return a picture in the colours that a file of the format stores: its shape, and its bands.

        Override it if ``write`` converts RGB or RGBA, to CMYK for example. ``limner.verify`` compares the result with
        the pixels in the file, to within a few levels. The digest in such a file is that of the converted pixels.

        Args:
            file: the file, open for reading; it may hold the colour profile of its pixels.
            info: the shape of the picture before the conversion.
            bands: its pixels.

        Raises:
            ArtworkError: the file is damaged.
        """
        return info, bands

    def describe(self, info: ImageInfo) -> str:  # noqa: ARG002
        """Return a note about the file of a picture, such as its number of pages; by default an empty string."""
        return ""

    def check(self, info: ImageInfo) -> None:
        """Raise an error if the format cannot store such a picture; override it to add checks.

        It is called before rendering starts.

        Raises:
            LimnerError: the picture is too large, has an unsupported bit depth, or would lose its alpha or resolution.
        """
        if info.bits not in self.bit_depths:
            depths = " or ".join(str(depth) for depth in self.bit_depths)
            raise LimnerError(f"this format stores {depths} bits per channel, not {info.bits}; choose .png or .tiff")
        if max(info.width, info.height) > self.max_side:
            raise LimnerError(
                f"this format is limited to {self.max_side} pixels a side, got {info.width}x{info.height}; "
                "choose a smaller `size` or another format"
            )
        if info.channels == 4 and not self.supports_alpha and not getattr(self, "background", ""):
            raise LimnerError(no_transparency(type(self)))
        if info.dpi and not self.supports_dpi:
            raise LimnerError(
                f"this format does not store a resolution, so {info.dpi:g} dpi would be lost; "
                f"give the size in pixels, {info.width}x{info.height}, or choose .png or .tiff"
            )

    @classmethod
    @abstractmethod
    def matches(cls, head: bytes) -> bool:
        """Return whether a file has this format, judging by its first bytes (at most 64)."""

    @abstractmethod
    def write(
        self,
        file: BinaryIO,
        info: ImageInfo,
        bands: Iterator[np.ndarray],
        embedded: EmbeddedData,
        digest: Callable[[], str],
    ) -> None:
        """Write a picture and the data embedded in it.

        Args:
            file: the output, seekable and open for reading and writing.
            info: the picture's shape and resolution.
            bands: the pixels, top to bottom, each band ``(rows, width, channels)``.
            embedded: manifest and θ to store; its ``digest`` is empty.
            digest: returns the digest of the pixels in ``bands``; call it after the last band. A lossy format stores
                the ``PixelDigest`` of the pixels that ``read_pixels`` will return instead.

        Raises:
            LimnerError: the manifest or θ does not fit into the format.
        """

    @abstractmethod
    def read_embedded(self, file: BinaryIO) -> EmbeddedData | None:
        """Return the data that limner embedded in a file, or None if there is none.

        Raises:
            ArtworkError: the file is damaged.
        """

    @abstractmethod
    def read_pixels(self, file: BinaryIO) -> tuple[ImageInfo, Iterator[np.ndarray]]:
        """Return a picture's shape and an iterator over its bands of rows, top to bottom.

        Raises:
            ArtworkError: the file is damaged; also raised while the bands are read.
        """
