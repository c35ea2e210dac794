"""The movie ``webm``: VP9, small and free."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from limner_plugins.video_formats._video import EncodedVideo


class WebM(EncodedVideo):
    """WebM with VP9. The recipe lies in the tag COMMENT. Needs PyAV: ``pip install 'limner[video]'``."""

    crf: int = Field(default=24, ge=1, le=63, description="how much is lost: 1 hardly any, 32 as is usual, 63 most")

    suffixes: ClassVar[tuple[str, ...]] = (".webm",)
    codec: ClassVar[str] = "libvpx-vp9"
    container: ClassVar[str] = "webm"

    @classmethod
    def examples(cls) -> tuple[WebM, ...]:
        """As it is, and small."""
        return cls(), cls(crf=45, background="white")

    @property
    def min_psnr(self) -> float:
        """Half a decibel for each step, nearly."""
        return 40.0 - 0.45 * self.crf

    def encoder_options(self) -> dict[str, str]:
        """The rate follows the quality; ``cpu-used`` 4 is several times as fast as 1, and hardly larger."""
        return {"crf": str(self.crf), "b": "0", "deadline": "good", "cpu-used": "4", "row-mt": "1"}
