"""The writer: one file format, pixels and metadata in both directions."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, ClassVar

import numpy as np

from limner.errors import LimnerError
from limner.stages.base import Stage


@dataclass(frozen=True)
class ImageInfo:
    """The shape of a picture in a file. ``dpi`` is 0 where the file says nothing of it."""

    width: int
    height: int
    channels: int
    bits: int = 8
    dpi: float = 0.0

    @property
    def nbytes(self) -> int:
        """The size of the pixels, uncompressed."""
        return self.width * self.height * self.channels * self.bits // 8


@dataclass(frozen=True)
class EmbeddedData:
    """What limner keeps in a file beside the pixels.

    Attributes:
        manifest: the artwork's manifest, JSON.
        theta: θ as little-endian float32; empty where it lies in a file beside the picture.
        digest: of the pixels as they were written.
    """

    manifest: str
    theta: bytes
    digest: str


class PixelDigest:
    """The digest of a picture's pixels, taken band by band: its shape, then its samples row by row, little-endian."""

    def __init__(self, info: ImageInfo) -> None:
        self._hash = hashlib.sha256(f"{info.width}x{info.height}x{info.channels}x{info.bits}\n".encode())
        self._dtype = "<u1" if info.bits == 8 else "<u2"

    def update(self, band: np.ndarray) -> None:
        """Take in one band."""
        self._hash.update(np.ascontiguousarray(band, dtype=self._dtype).data)

    def __call__(self) -> str:
        """The digest of all bands so far."""
        return f"sha256:{self._hash.hexdigest()}"


def no_transparency(format_: type[Stage]) -> str:
    """Return why a format takes no alpha, and the fix: a background if the format has such a field."""
    behind = "background" in format_.model_fields
    fix = "name what lies behind it, `background=white`" if behind else "choose .png or .webp"
    return f"this format holds no transparency; {fix}"


class ImageFormat(Stage):
    """One file format. Pixels come and go as bands of whole rows, so that memory does not grow with the picture.

    A band is ``(rows, width, channels)``, uint8 or uint16, channels RGB or RGBA.
    """

    suffixes: ClassVar[tuple[str, ...]] = ()
    streams: ClassVar[bool] = True
    """Does memory stay flat, however large the picture?"""
    bit_depths: ClassVar[tuple[int, ...]] = (8,)
    buffered_rows: ClassVar[int] = 64
    """Rows of pixels that are held at once; the memory estimate asks for it."""
    max_side: ClassVar[int] = 2**31 - 1
    max_theta: ClassVar[int] = 2**26
    """The most bytes of θ that the format takes inside; a larger θ goes into a file beside the picture."""
    supports_alpha: ClassVar[bool] = True
    """Whether opacity is stored. If not, ``check`` refuses pages with alpha, unless the format has a field
    ``background`` and it names the colour that they are laid over."""
    supports_dpi: ClassVar[bool] = True
    """Whether the resolution is stored. If not, ``check`` refuses pages that have one."""

    @property
    def lossy(self) -> bool:
        """Are the pixels read back others than those painted? Then the digest kept in the file is of those read back.

        Other channels count as others: a format without transparency is lossy. Override where it is so.
        """
        return False

    def prepare(self, pixels: np.ndarray) -> np.ndarray:
        """Return pixels ``(h, w, c)`` as the format can store them, before it loses any of them by encoding.

        Override where it holds no transparency: then they are laid over something.
        """
        return pixels

    def check(self, info: ImageInfo) -> None:
        """Refuse early what the format declares that it does not store. Override to add to it.

        Raises:
            LimnerError: too many pixels a side, another number of bits, or alpha or a resolution that would be lost.
        """
        if info.bits not in self.bit_depths:
            held = " or ".join(str(d) for d in self.bit_depths)
            raise LimnerError(f"this format holds {held} bits a channel, not {info.bits}; try .png or .tiff")
        if max(info.width, info.height) > self.max_side:
            raise LimnerError(
                f"this format holds {self.max_side} pixels a side, not {info.width}x{info.height}; "
                "choose a smaller `size` or another ending"
            )
        if info.channels == 4 and not self.supports_alpha and not getattr(self, "background", ""):
            raise LimnerError(no_transparency(type(self)))
        if info.dpi and not self.supports_dpi:
            raise LimnerError(
                f"this format stores no resolution, and {info.dpi:g} dpi would be lost; "
                f"ask for {info.width}x{info.height} pixels, or choose .png or .tiff"
            )

    @classmethod
    @abstractmethod
    def matches(cls, head: bytes) -> bool:
        """Return whether a file that begins with these bytes, up to 64, has this format."""

    @abstractmethod
    def write(
        self,
        file: BinaryIO,
        info: ImageInfo,
        bands: Iterator[np.ndarray],
        embedded: EmbeddedData,
        digest: Callable[[], str],
    ) -> None:
        """Write the picture. ``digest`` is that of the pixels, and may be called once the last band has been taken.

        ``file`` is open for reading and writing, and seekable. ``embedded.digest`` is empty. A lossy writer keeps the
        digest of what ``read_pixels`` will give instead, taken with ``PixelDigest``.
        """

    @abstractmethod
    def read_embedded(self, file: BinaryIO) -> EmbeddedData | None:
        """Return what limner stored in a file; None if it holds nothing of limner's.

        Raises:
            ArtworkError: the file is damaged.
        """

    @abstractmethod
    def read_pixels(self, file: BinaryIO) -> tuple[ImageInfo, Iterator[np.ndarray]]:
        """Return a picture's shape and its bands of rows.

        Raises:
            ArtworkError: the file is damaged (also while the bands are taken).
        """
