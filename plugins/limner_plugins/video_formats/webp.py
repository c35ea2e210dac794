"""The movie ``webp``: lossless unless it is told otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import Field

from limner.plugin import DecodedFrame, VideoFormat, VideoInfo, WriteFrame
from limner_plugins.video_formats._changed import ChangeTracker
from limner_plugins.video_formats._clock import FrameClock
from limner_plugins.video_formats._record import read_xmp, write_xmp
from limner_plugins.video_formats._riff import WebpFile
from limner_plugins.video_formats._stills import decode_frames, encode_still, read_metadata

MILLISECONDS = 1000


class WebP(VideoFormat):
    """WebP that moves; of each frame the part that changes is written. The recipe lies in XMP.

    Frames stand whole milliseconds; no error adds up.
    """

    lossless: bool = Field(default=True, description="keep every pixel as it was painted")
    quality: int = Field(default=85, ge=1, le=100, description="how much is kept where not lossless; 100 is most")
    effort: int = Field(default=3, ge=0, le=6, description="how long to look for a smaller file; 6 is slowest")

    suffixes: ClassVar[tuple[str, ...]] = (".webp",)
    max_side: ClassVar[int] = 2**14 - 1
    max_fps: ClassVar[float] = 90.0  # browsers show frames of 10 ms and less for 100

    @classmethod
    def examples(cls) -> tuple[WebP, ...]:
        """Lossless, and not."""
        return cls(), cls(lossless=False)

    @property
    def min_psnr(self) -> float:
        """Colour is kept at half the size where pixels are lost."""
        return float("inf") if self.lossless else 24.0 + self.quality / 20

    @contextmanager
    def record(self, path: Path, video: VideoInfo) -> Iterator[WriteFrame]:
        """Write the part of each frame that changes."""
        clock = FrameClock(video, MILLISECONDS)
        changes = ChangeTracker(align=2)
        count = 0
        with path.open("w+b") as file:
            webp = WebpFile(file, video)

            def take(frame: np.ndarray) -> None:
                nonlocal count
                box = changes.next_box(frame)
                webp.add(self._encoded(box.crop(frame)), box, clock.duration(count))
                count += 1

            yield take
            webp.finish(clock.last_duration(count - 1), write_xmp(video.manifest) if video.manifest else b"")

    def _encoded(self, pixels: np.ndarray) -> bytes:
        """Return one picture; ``exact`` keeps the colours of what is wholly clear."""
        quality = 10 * self.effort if self.lossless else self.quality  # where nothing is lost it means effort
        return encode_still(pixels, "WebP", lossless=self.lossless, quality=quality, method=self.effort, exact=True)

    def read_frames(self, path: Path) -> Iterator[DecodedFrame]:
        """The frames, each whole."""
        return decode_frames(path, "WEBP")

    def read_embedded(self, path: Path) -> str | None:
        """The manifest in XMP."""
        return read_xmp(read_metadata(path, "WEBP").get("xmp", b""))
