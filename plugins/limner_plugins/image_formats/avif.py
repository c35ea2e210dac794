"""The writer ``avif``: lossy and small, where Pillow has AVIF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, ClassVar, Literal

import numpy as np
from pydantic import Field

from limner.plugin import ArtworkError, EmbeddedData, ImageInfo, LimnerError
from limner_plugins.image_formats._pillow_format import PillowFormat

BRANDS = (b"avif", b"avis")


class Avif(PillowFormat):
    """AVIF: manifest and digest in XMP, θ and resolution in EXIF."""

    quality: int = Field(default=85, ge=0, le=100, description="how much is kept; 100 is most")
    subsampling: Literal["4:4:4", "4:2:2", "4:2:0"] = Field(
        default="4:4:4", description="how finely colour is kept beside brightness; 4:4:4 is finest"
    )
    speed: int = Field(default=6, ge=0, le=10, description="10 is quickest, 0 makes the smallest file")

    suffixes: ClassVar[tuple[str, ...]] = (".avif",)
    lossy: ClassVar[bool] = True  # also at its best: colours are rounded on their way to brightness and hue
    pillow: ClassVar[str] = "Avif"
    max_side: ClassVar[int] = 32_768  # what libavif reads back

    @classmethod
    def examples(cls) -> tuple[Avif, ...]:
        """As it is, and quicker."""
        return cls(), cls(quality=95, subsampling="4:2:0", speed=10)

    def check(self, info: ImageInfo) -> None:
        """Refuse everything where Pillow has no AVIF."""
        if not _available():
            raise LimnerError("this Pillow has no AVIF; install a newer one, or choose .webp")
        super().check(info)

    def save_options(self) -> dict[str, Any]:
        """Tiles as many as the machine has cores would make the file depend on the machine."""
        return {"quality": self.quality, "subsampling": self.subsampling, "speed": self.speed, "autotiling": False}

    @classmethod
    def matches(cls, head: bytes) -> bool:
        """By the brands in its first box."""
        brands = head[8 : int.from_bytes(head[:4], "big")]
        return head[4:8] == b"ftyp" and any(brands[at : at + 4] in BRANDS for at in range(0, len(brands), 4))

    def read_embedded(self, file: BinaryIO) -> EmbeddedData | None:
        """What limner's record holds; the pixels are not decoded."""
        _check_available()
        return super().read_embedded(file)

    def read_pixels(self, file: BinaryIO) -> tuple[ImageInfo, Iterator[np.ndarray]]:
        """The pixels, all at once; of a moving picture the first."""
        _check_available()
        return super().read_pixels(file)


def _available() -> bool:
    from PIL import features

    return "avif" in features.modules and bool(features.check("avif"))


def _check_available() -> None:
    if not _available():
        raise ArtworkError("is an AVIF, and this Pillow reads none; install a newer one")
