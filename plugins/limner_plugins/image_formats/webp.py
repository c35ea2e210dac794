"""The image format ``webp``: lossless by default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, ClassVar

import numpy as np
from pydantic import Field

from limner.plugin import ArtworkError, EmbeddedData, ImageInfo
from limner_plugins.image_formats._in_memory import check_readable
from limner_plugins.image_formats._pillow_format import PillowFormat

LOSSLESS_EFFORT = 75  # for lossless files, Pillow's quality means the effort of compression


class Webp(PillowFormat):
    """WebP: lossless by default. Manifest and digest are in XMP, θ and resolution in EXIF."""

    conditional_fields = (("quality", "lossless", False),)

    lossless: bool = Field(default=True, description="use lossless compression")
    quality: int = Field(default=90, ge=1, le=100, description="quality if not lossless; 100 is best")

    suffixes: ClassVar[tuple[str, ...]] = (".webp",)
    pillow: ClassVar[str] = "WebP"
    max_side: ClassVar[int] = 16_383

    @classmethod
    def examples(cls) -> tuple[Webp, ...]:
        """Return a lossless and a lossy variant."""
        return cls(), cls(lossless=False, quality=80)

    @property
    def lossy(self) -> bool:
        """Whether lossy compression is selected."""
        return not self.lossless

    def save_options(self) -> dict[str, Any]:
        """Return the options of Pillow's ``save``; ``exact`` keeps the colour of fully transparent pixels."""
        return {"lossless": self.lossless, "quality": LOSSLESS_EFFORT if self.lossless else self.quality, "exact": True}

    @classmethod
    def matches(cls, head: bytes) -> bool:
        """Return whether the file is a RIFF file of the type WEBP."""
        return head[:4] == b"RIFF" and head[8:12] == b"WEBP"

    def read_embedded(self, file: BinaryIO) -> EmbeddedData | None:
        """Return the data that limner embedded, or None; the pixels are not decoded."""
        _check_head(file)
        return super().read_embedded(file)

    def read_pixels(self, file: BinaryIO) -> tuple[ImageInfo, Iterator[np.ndarray]]:
        """Return the picture's shape and all of its pixels as one band; for an animation, its first frame."""
        _check_head(file)
        return super().read_pixels(file)


def _check_head(file: BinaryIO) -> None:
    """Raise an error if a file is truncated or its picture too large, before memory is allocated.

    Raises:
        ArtworkError: the file is truncated, or the picture is too large.
    """
    end = file.seek(0, 2)
    file.seek(0)
    head = file.read(30)
    if len(head) < 30 or int.from_bytes(head[4:8], "little") + 8 > end:
        raise ArtworkError("the file is truncated: it is shorter than its header says")
    width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
    if head[12:16] == b"VP8X":  # the other kinds are limited to 16,384 pixels a side
        check_readable(width, height)
