"""The writer ``webp``: lossless unless it is told otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, ClassVar

import numpy as np
from pydantic import Field

from limner.plugin import ArtworkError, EmbeddedData, ImageInfo
from limner_plugins.image_formats._in_memory import check_readable
from limner_plugins.image_formats._pillow_format import PillowFormat

LOSSLESS_EFFORT = 75  # what quality means where nothing is lost


class Webp(PillowFormat):
    """WebP: manifest and digest in XMP, θ and resolution in EXIF."""

    lossless: bool = Field(default=True, description="keep every pixel as it was painted")
    quality: int = Field(default=90, ge=1, le=100, description="how much is kept where not lossless; 100 is most")

    suffixes: ClassVar[tuple[str, ...]] = (".webp",)
    pillow: ClassVar[str] = "WebP"
    max_side: ClassVar[int] = 16_383

    @classmethod
    def examples(cls) -> tuple[Webp, ...]:
        """Lossless, and not."""
        return cls(), cls(lossless=False, quality=80)

    @property
    def lossy(self) -> bool:
        """Where it is not told to be lossless."""
        return not self.lossless

    def save_options(self) -> dict[str, Any]:
        """``exact`` keeps the colours of what is wholly clear."""
        return {"lossless": self.lossless, "quality": LOSSLESS_EFFORT if self.lossless else self.quality, "exact": True}

    @classmethod
    def matches(cls, head: bytes) -> bool:
        """By the two words at its beginning."""
        return head[:4] == b"RIFF" and head[8:12] == b"WEBP"

    def read_embedded(self, file: BinaryIO) -> EmbeddedData | None:
        """What limner's record holds; the pixels are not decoded."""
        _check_head(file)
        return super().read_embedded(file)

    def read_pixels(self, file: BinaryIO) -> tuple[ImageInfo, Iterator[np.ndarray]]:
        """The pixels, all at once; of a moving picture the first."""
        _check_head(file)
        return super().read_pixels(file)


def _check_head(file: BinaryIO) -> None:
    """Refuse early, before memory is taken, what is cut short or says that it is huge.

    Raises:
        ArtworkError: so it is.
    """
    end = file.seek(0, 2)
    file.seek(0)
    head = file.read(30)
    if len(head) < 30 or int.from_bytes(head[4:8], "little") + 8 > end:
        raise ArtworkError("the file is truncated: it is shorter than it says")
    width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
    if head[12:16] == b"VP8X":  # the others cannot be larger than can be held
        check_readable(width, height)
