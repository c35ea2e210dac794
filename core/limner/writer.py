"""The writer: one file format, pixels and metadata in both directions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, ClassVar

from limner.stage import Stage

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Page:
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
class Embedded:
    """What limner keeps in a file beside the pixels.

    Attributes:
        manifest: the artwork's manifest, JSON.
        theta: θ as little-endian float32; empty where it lies in a file beside the picture.
        digest: of the pixels as they were written.
    """

    manifest: str
    theta: bytes
    digest: str


class Writer(Stage):
    """One file format. Pixels come and go as bands of whole rows, so that memory does not grow with the picture.

    A band is ``(rows, width, channels)``, uint8 or uint16, channels RGB or RGBA.
    """

    suffixes: ClassVar[tuple[str, ...]] = ()
    depths: ClassVar[tuple[int, ...]] = (8,)
    max_side: ClassVar[int] = 2**31 - 1
    max_theta: ClassVar[int] = 2**26
    """The most bytes of θ that the format takes inside; a larger θ goes into a file beside the picture."""

    @classmethod
    @abstractmethod
    def recognises(cls, head: bytes) -> bool:
        """Does a file that begins with these (up to 64) bytes have this format?"""

    @abstractmethod
    def write(
        self,
        file: BinaryIO,
        page: Page,
        bands: Iterator[np.ndarray],
        embedded: Embedded,
        digest: Callable[[], str],
    ) -> None:
        """Write the picture. ``digest`` is that of the pixels, and may be called once the last band has been taken.

        ``file`` is open for reading and writing, and seekable. ``embedded.digest`` is empty.
        """

    @abstractmethod
    def read_embedded(self, file: BinaryIO) -> Embedded | None:
        """What limner kept in the file; None where it holds nothing of limner's.

        Raises:
            ArtworkError: the file is damaged.
        """

    @abstractmethod
    def read_pixels(self, file: BinaryIO) -> tuple[Page, Iterator[np.ndarray]]:
        """The picture's shape and its bands.

        Raises:
            ArtworkError: the file is damaged (also while the bands are taken).
        """
