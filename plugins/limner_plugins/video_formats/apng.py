"""The video format ``apng``: lossless, with full colour and transparency."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import Field

from limner.plugin import DecodedFrame, VideoFormat, VideoInfo, WriteFrame
from limner_plugins.video_formats._apng_file import ApngFile
from limner_plugins.video_formats._changed import ChangeTracker
from limner_plugins.video_formats._record import KEYWORD, as_manifest
from limner_plugins.video_formats._stills import decode_frames, encode_still, read_metadata


class Apng(VideoFormat):
    """Animated PNG: lossless. Of each frame only the changed part is stored. The recipe is in a text chunk."""

    effort: int = Field(default=6, ge=0, le=9, description="compression effort; 9 is slowest")

    suffixes: ClassVar[tuple[str, ...]] = (".apng",)
    max_repeat: ClassVar[int] = 2**31 - 1
    loops_forever: ClassVar[bool] = True
    max_fps: ClassVar[float] = 90.0  # browsers show frames of 10 ms or less for 100 ms

    @contextmanager
    def record(self, path: Path, video: VideoInfo) -> Iterator[WriteFrame]:
        """Write the changed part of each frame."""
        changes = ChangeTracker()
        with path.open("w+b") as file:
            apng = ApngFile(file, video)

            def write_frame(frame: np.ndarray) -> None:
                box = changes.next_box(frame)
                apng.add(encode_still(box.crop(frame), "PNG", compress_level=self.effort), box)

            yield write_frame
            apng.finish()

    def read_frames(self, path: Path) -> Iterator[DecodedFrame]:
        """Yield the frames, each complete."""
        return decode_frames(path, "PNG")

    def read_embedded(self, path: Path) -> str | None:
        """Return the manifest in limner's text chunk, or None."""
        return as_manifest(str(read_metadata(path, "PNG").get(KEYWORD, "")))
