"""The movie ``frames``: a folder of PNGs, for other programs to go on with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import Field

from limner.plugin import ArtworkError, DecodedFrame, VideoFormat, VideoInfo, WriteFrame
from limner_plugins.video_formats._record import KEYWORD, as_manifest
from limner_plugins.video_formats._stills import decode_frames, read_metadata

NAME = "frame-{:06}.png"


class Frames(VideoFormat):
    """A folder of PNGs, ``frame-000001.png`` and so on. The first holds the recipe; nothing says how long each stands.

    Ask for it with a name that ends with a slash.
    """

    effort: int = Field(default=6, ge=0, le=9, description="how hard to compress; 9 is slowest")

    suffixes: ClassVar[tuple[str, ...]] = ("/",)
    frame_pattern: ClassVar[str] = "frame-[0-9][0-9][0-9][0-9][0-9][0-9]*.png"
    supports_durations: ClassVar[bool] = False

    @contextmanager
    def record(self, path: Path, video: VideoInfo) -> Iterator[WriteFrame]:
        """Write a PNG for each frame."""
        from PIL import Image
        from PIL.PngImagePlugin import PngInfo

        numbers = count(1)

        def take(frame: np.ndarray) -> None:
            number = next(numbers)
            info = PngInfo()
            if number == 1 and video.manifest:
                info.add_itxt(KEYWORD, video.manifest, zip=True)
            picture = Image.fromarray(np.ascontiguousarray(frame))
            picture.save(path / NAME.format(number), "PNG", compress_level=self.effort, pnginfo=info)

        yield take

    def read_frames(self, path: Path) -> Iterator[DecodedFrame]:
        """The frames in the order of their numbers.

        Raises:
            ArtworkError: there is none, or one is damaged.
        """
        files = sorted(path.glob(self.frame_pattern))
        if not files:
            raise ArtworkError(f"{path}: is no folder that holds {NAME.format(1)}")
        for file in files:
            for frame in decode_frames(file, "PNG"):
                yield DecodedFrame(frame.pixels, 0.0)

    def read_embedded(self, path: Path) -> str | None:
        """The text chunk of the first frame."""
        return as_manifest(str(read_metadata(path / NAME.format(1), "PNG").get(KEYWORD, "")))
