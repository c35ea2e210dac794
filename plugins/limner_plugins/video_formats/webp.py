"""The video format ``webp``: animated WebP, lossless by default."""

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

MILLISECONDS = 1000  # units of time per second


class WebP(VideoFormat):
    """Animated WebP. Of each frame only the changed part is stored. The recipe is in XMP.

    Durations are whole milliseconds; rounding errors do not accumulate.
    """

    conditional_fields = (("quality", "lossless", False),)

    lossless: bool = Field(default=True, description="use lossless compression")
    quality: int = Field(default=85, ge=1, le=100, description="quality if not lossless; 100 is best")
    effort: int = Field(default=3, ge=0, le=6, description="compression effort; 6 is slowest")

    suffixes: ClassVar[tuple[str, ...]] = (".webp",)
    max_side: ClassVar[int] = 2**14 - 1
    max_repeat: ClassVar[int] = 2**16 - 1
    loops_forever: ClassVar[bool] = True
    max_fps: ClassVar[float] = 90.0  # browsers show frames of 10 ms or less for 100 ms

    @classmethod
    def examples(cls) -> tuple[WebP, ...]:
        """Return a lossless and a lossy variant."""
        return cls(), cls(lossless=False)

    @property
    def min_psnr(self) -> float:
        """The lowest PSNR in dB; infinite if lossless. Lossy files store colour at half the resolution."""
        return float("inf") if self.lossless else 24.0 + self.quality / 20

    @contextmanager
    def record(self, path: Path, video: VideoInfo) -> Iterator[WriteFrame]:
        """Write the changed part of each frame."""
        clock = FrameClock(video, MILLISECONDS)
        changes = ChangeTracker(align=2)
        count = 0
        with path.open("w+b") as file:
            webp = WebpFile(file, video)

            def write_frame(frame: np.ndarray) -> None:
                nonlocal count
                box = changes.next_box(frame)
                webp.add(self._encoded(box.crop(frame)), box, clock.duration(count))
                count += 1

            yield write_frame
            webp.finish(clock.last_duration(count - 1), write_xmp(video.manifest) if video.manifest else b"")

    def _encoded(self, pixels: np.ndarray) -> bytes:
        """Return one frame as a WebP file; ``exact`` keeps the colour of fully transparent pixels."""
        quality = 10 * self.effort if self.lossless else self.quality  # for lossless files, quality means effort
        return encode_still(pixels, "WebP", lossless=self.lossless, quality=quality, method=self.effort, exact=True)

    def read_frames(self, path: Path) -> Iterator[DecodedFrame]:
        """Yield the frames, each complete."""
        return decode_frames(path, "WEBP")

    def read_embedded(self, path: Path) -> str | None:
        """Return the manifest in XMP, or None."""
        return read_xmp(read_metadata(path, "WEBP").get("xmp", b""))
