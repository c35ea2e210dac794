"""The movie ``mp4``: H.264, which everything plays."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from limner_plugins.video_formats._video import EncodedVideo


class Mp4(EncodedVideo):
    """MP4 with H.264, ready to play before all of it has come. The recipe lies in the comment.

    Needs PyAV: ``pip install 'limner[video]'``.
    """

    crf: int = Field(default=18, ge=1, le=51, description="how much is lost: 1 hardly any, 23 as is usual, 51 most")

    suffixes: ClassVar[tuple[str, ...]] = (".mp4", ".m4v")
    codec: ClassVar[str] = "libx264"
    container: ClassVar[str] = "mp4"
    container_options: ClassVar[dict[str, str]] = {"movflags": "+faststart"}

    @classmethod
    def examples(cls) -> tuple[Mp4, ...]:
        """As it is, and small."""
        return cls(), cls(crf=35, background="white")

    @property
    def min_psnr(self) -> float:
        """Half a decibel and more for each step."""
        return 42.0 - 0.55 * self.crf

    def encoder_options(self) -> dict[str, str]:
        """The rate follows the quality."""
        return {"crf": str(self.crf), "preset": "medium"}
