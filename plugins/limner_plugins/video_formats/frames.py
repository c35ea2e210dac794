"""The video format ``frames``: a folder of PNGs, for use in other programs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import Field

from limner.plugin import ArtworkError, DecodedFrame, VideoFormat, VideoInfo, WriteFrame
from limner_plugins.common.png import is_complete_png
from limner_plugins.video_formats._record import KEYWORD, as_manifest
from limner_plugins.video_formats._stills import decode_frames, read_metadata

NAME = "frame-{:06}.png"


class Frames(VideoFormat):
    """A folder of PNGs, ``frame-000001.png`` and so on. The first contains the recipe. Durations are not stored.

    A path that ends with a slash selects it.
    """

    effort: int = Field(default=6, ge=0, le=9, description="compression effort; 9 is slowest")

    suffixes: ClassVar[tuple[str, ...]] = ("/",)
    frame_pattern: ClassVar[str] = "frame-[0-9][0-9][0-9][0-9][0-9][0-9]*.png"
    supports_durations: ClassVar[bool] = False

    def resume_at(self, path: Path, video: VideoInfo) -> int:
        """Return how many frames are complete, counted from the first."""
        size = video.width, video.height
        missing = (n for n in count(1) if not is_complete_png(path / NAME.format(n), size, video.channels))
        return next(missing) - 1

    @contextmanager
    def record(self, path: Path, video: VideoInfo) -> Iterator[WriteFrame]:
        """Write a PNG for each frame."""
        from PIL import Image
        from PIL.PngImagePlugin import PngInfo

        numbers = count(video.start + 1)

        def write_frame(frame: np.ndarray) -> None:
            number = next(numbers)
            info = PngInfo()
            if number == 1 and video.manifest:
                info.add_itxt(KEYWORD, video.manifest, zip=True)
            picture = Image.fromarray(np.ascontiguousarray(frame))
            picture.save(path / NAME.format(number), "PNG", compress_level=self.effort, pnginfo=info)

        yield write_frame

    def read_frames(self, path: Path) -> Iterator[DecodedFrame]:
        """Yield the frames in the order of their numbers.

        Raises:
            ArtworkError: the folder contains no frame, or a frame is damaged.
        """
        files = sorted(path.glob(self.frame_pattern), key=lambda file: (len(file.name), file.name))
        if not files:
            raise ArtworkError(f"{path}: not a folder that contains {NAME.format(1)}")
        for file in files:
            for frame in decode_frames(file, "PNG"):
                yield DecodedFrame(frame.pixels, 0.0)

    def read_embedded(self, path: Path) -> str | None:
        """Return the manifest in the text chunk of the first frame, or None."""
        return as_manifest(str(read_metadata(path / NAME.format(1), "PNG").get(KEYWORD, "")))
