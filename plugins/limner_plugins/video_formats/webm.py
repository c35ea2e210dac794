"""The video format ``webm``: VP9, small and royalty-free."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from limner_plugins.video_formats._video import EncodedVideo


class WebM(EncodedVideo):
    """WebM with VP9. The recipe is in the tag COMMENT. Needs PyAV: ``pip install 'limner[video]'``."""

    crf: int = Field(
        default=24, ge=1, le=63, description="constant rate factor: 1 is nearly lossless, 32 is usual, 63 is worst"
    )

    suffixes: ClassVar[tuple[str, ...]] = (".webm",)
    codec: ClassVar[str] = "libvpx-vp9"
    sound_codec: ClassVar[str] = "libopus"
    container: ClassVar[str] = "webm"

    @classmethod
    def examples(cls) -> tuple[WebM, ...]:
        """Return the defaults, and a small variant."""
        return cls(), cls(crf=45, background="white")

    @property
    def min_psnr(self) -> float:
        """The lowest PSNR in dB; it falls by 0.45 dB with each step of ``crf``."""
        return 40.0 - 0.45 * self.crf

    def encoder_options(self) -> dict[str, str]:
        """Return the options of the encoder: constant quality, variable bit rate.

        ``cpu-used`` 4 is several times as fast as 1, and the files are hardly larger.
        """
        return {"crf": str(self.crf), "b": "0", "deadline": "good", "cpu-used": "4", "row-mt": "1"}
