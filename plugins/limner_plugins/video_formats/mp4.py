"""The video format ``mp4``: H.264, which plays everywhere."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from limner_plugins.video_formats._video import EncodedVideo


class Mp4(EncodedVideo):
    """MP4 with H.264, playable while it downloads. The recipe is in the comment.

    Needs PyAV: ``pip install 'limner[video]'``.
    """

    crf: int = Field(
        default=18, ge=1, le=51, description="constant rate factor: 1 is nearly lossless, 23 is usual, 51 is worst"
    )

    suffixes: ClassVar[tuple[str, ...]] = (".mp4", ".m4v")
    codec: ClassVar[str] = "libx264"
    sound_codec: ClassVar[str] = "aac"
    container: ClassVar[str] = "mp4"
    container_options: ClassVar[dict[str, str]] = {"movflags": "+faststart"}

    @classmethod
    def examples(cls) -> tuple[Mp4, ...]:
        """Return the defaults, and a small variant."""
        return cls(), cls(crf=35, background="white")

    @property
    def min_psnr(self) -> float:
        """The lowest PSNR in dB; it falls by 0.55 dB with each step of ``crf``."""
        return 42.0 - 0.55 * self.crf

    def encoder_options(self) -> dict[str, str]:
        """Return the options of the encoder: constant quality, variable bit rate.

        By default, x264 encodes frames worse if fewer later frames refer to them. A loop would be sharp at its start
        and soft at its end, so that its cut shows; without ``mbtree``, the quality is even. The tuning for flat areas
        and sharp edges keeps files as small as before.
        """
        return {"crf": str(self.crf), "preset": "medium", "tune": "animation", "x264-params": "mbtree=0"}
