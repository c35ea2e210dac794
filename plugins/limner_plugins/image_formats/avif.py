"""The image format ``avif``: lossy and small; needs a Pillow with AVIF support."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, ClassVar, Literal

import numpy as np
from pydantic import Field

from limner.plugin import ArtworkError, EmbeddedData, ImageInfo, LimnerError
from limner_plugins.image_formats._pillow_format import PillowFormat

BRANDS = (b"avif", b"avis")


class Avif(PillowFormat):
    """AVIF: lossy and small. Manifest and digest are in XMP, θ and resolution in EXIF."""

    quality: int = Field(default=85, ge=0, le=100, description="quality; 100 is best")
    subsampling: Literal["4:4:4", "4:2:2", "4:2:0"] = Field(
        default="4:4:4", description="chroma subsampling; 4:4:4 keeps colour at full resolution"
    )
    speed: int = Field(default=6, ge=0, le=10, description="encoding speed; 10 is fastest, 0 makes the smallest file")

    suffixes: ClassVar[tuple[str, ...]] = (".avif",)
    lossy: ClassVar[bool] = True  # even at the best quality: the conversion to YCbCr rounds colours
    pillow: ClassVar[str] = "Avif"
    max_side: ClassVar[int] = 32_768  # what libavif reads back

    @classmethod
    def examples(cls) -> tuple[Avif, ...]:
        """Return the defaults, and a fast variant with subsampling."""
        return cls(), cls(quality=95, subsampling="4:2:0", speed=10)

    def check(self, info: ImageInfo) -> None:
        """Raise an error also if Pillow does not support AVIF."""
        if not _available():
            raise LimnerError("this Pillow does not support AVIF; upgrade it, or choose .webp")
        super().check(info)

    def save_options(self) -> dict[str, Any]:
        """Return the options of Pillow's ``save``, without automatic tiling, which depends on the number of cores."""
        return {"quality": self.quality, "subsampling": self.subsampling, "speed": self.speed, "autotiling": False}

    @classmethod
    def matches(cls, head: bytes) -> bool:
        """Return whether the file has an AVIF brand in its first box."""
        brands = head[8 : int.from_bytes(head[:4], "big")]
        return head[4:8] == b"ftyp" and any(brands[at : at + 4] in BRANDS for at in range(0, len(brands), 4))

    def read_embedded(self, file: BinaryIO) -> EmbeddedData | None:
        """Return the data that limner embedded, or None; the pixels are not decoded."""
        _check_available()
        return super().read_embedded(file)

    def read_pixels(self, file: BinaryIO) -> tuple[ImageInfo, Iterator[np.ndarray]]:
        """Return the picture's shape and all of its pixels as one band; for an animation, its first frame."""
        _check_available()
        return super().read_pixels(file)


def _available() -> bool:
    """Return whether Pillow supports AVIF."""
    from PIL import features

    return "avif" in features.modules and bool(features.check("avif"))


def _check_available() -> None:
    """Raise an error if Pillow does not support AVIF."""
    if not _available():
        raise ArtworkError("cannot be read because this Pillow does not support AVIF; upgrade Pillow")
