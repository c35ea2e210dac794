"""The writer ``jpeg``: lossy, and without transparency."""

from __future__ import annotations

from typing import Any, BinaryIO, ClassVar, Literal

import numpy as np
from pydantic import Field

from limner.plugin import ArtworkError
from limner_plugins.common.background import BackgroundText, composite
from limner_plugins.image_formats._pillow_format import PillowFormat

END = b"\xff\xd9"


class Jpeg(PillowFormat):
    """JPEG: manifest and digest in XMP, θ and resolution in EXIF; each takes 64 kB at most."""

    quality: int = Field(default=92, ge=1, le=100, description="how much is kept; 100 is most")
    subsampling: Literal["4:4:4", "4:2:2", "4:2:0"] = Field(
        default="4:4:4", description="how finely colour is kept beside brightness; 4:4:4 is finest"
    )
    background: BackgroundText = Field(
        default="", description="the colour behind what is clear, white or #ffffff; none by default"
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
        """As it is, and smaller."""
        return cls(), cls(quality=80, subsampling="4:2:0")

    def save_options(self) -> dict[str, Any]:
        """Not optimised: Pillow's room for it is too small where a picture is busy."""
        return {"quality": self.quality, "subsampling": self.subsampling}

    def prepare(self, pixels: np.ndarray) -> np.ndarray:
        """The picture laid over the background."""
        return composite(pixels, self.background)

    @classmethod
    def matches(cls, head: bytes) -> bool:
        """By the mark that begins it, and the next."""
        return head.startswith(b"\xff\xd8\xff")

    def check_data(self, file: BinaryIO) -> None:
        """The closing mark cannot stand inside the data; without it Pillow may take half a picture for a whole one."""
        if END not in file.read():
            raise ArtworkError("the file is truncated: it ends before the closing mark")
