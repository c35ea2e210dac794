"""The image format ``jpeg``: lossy, without transparency."""

from __future__ import annotations

from typing import Any, BinaryIO, ClassVar, Literal

import numpy as np
from pydantic import Field

from limner.plugin import ArtworkError
from limner_plugins.common.background import BackgroundText, composite
from limner_plugins.image_formats._pillow_format import PillowFormat

END = b"\xff\xd9"


class Jpeg(PillowFormat):
    """JPEG: lossy. Manifest and digest are in XMP, θ and resolution in EXIF, each limited to 64 kB."""

    quality: int = Field(default=92, ge=1, le=100, description="quality; 100 is best")
    subsampling: Literal["4:4:4", "4:2:2", "4:2:0"] = Field(
        default="4:4:4", description="chroma subsampling; 4:4:4 keeps colour at full resolution"
    )
    background: BackgroundText = Field(
        default="", description="the colour behind transparent areas, white or #ffffff; none by default"
    )

    suffixes: ClassVar[tuple[str, ...]] = (".jpg", ".jpeg")
    lossy: ClassVar[bool] = True
    supports_alpha: ClassVar[bool] = False
    pillow: ClassVar[str] = "Jpeg"
    max_side: ClassVar[int] = 65_500  # the format's own limit is 65,535, libjpeg's is this
    max_theta: ClassVar[int] = 2**16 - 2**8
    max_packet: ClassVar[int] = 65_533 - 29

    @classmethod
    def examples(cls) -> tuple[Jpeg, ...]:
        """Return the defaults, and a smaller variant."""
        return cls(), cls(quality=80, subsampling="4:2:0")

    def save_options(self) -> dict[str, Any]:
        """Return the options of Pillow's ``save``, without ``optimize``: its buffer is too small for busy pictures."""
        return {"quality": self.quality, "subsampling": self.subsampling}

    def prepare(self, pixels: np.ndarray) -> np.ndarray:
        """Return the pixels composited over the background."""
        return composite(pixels, self.background)

    @classmethod
    def matches(cls, head: bytes) -> bool:
        """Return whether the file starts with a start-of-image marker and the first byte of another marker."""
        return head.startswith(b"\xff\xd8\xff")

    def check_data(self, file: BinaryIO) -> None:
        """Raise an error if the end-of-image marker is missing.

        Pillow may accept half a picture without it. The marker cannot occur inside the data.

        Raises:
            ArtworkError: the marker is missing.
        """
        if END not in file.read():
            raise ArtworkError("the file is truncated: it ends before the end-of-image marker")
