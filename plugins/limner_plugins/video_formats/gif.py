"""The movie ``gif``: few colours, and read by everything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, ClassVar, Literal

import numpy as np
from pydantic import Field

from limner.plugin import DecodedFrame, VideoFormat, VideoInfo, WriteFrame
from limner_plugins.common.background import BackgroundText, composite
from limner_plugins.video_formats._changed import ChangedBox, changed_box, changed_pixels, full_box
from limner_plugins.video_formats._clock import FrameClock
from limner_plugins.video_formats._gif.file import CLEAR, GifFile, compress
from limner_plugins.video_formats._gif.palette import GifDither, PaletteSequence
from limner_plugins.video_formats._record import as_manifest
from limner_plugins.video_formats._stills import decode_frames, read_metadata

HUNDREDTHS = 100
OPACITY_THRESHOLD = 128  # from this opacity on a pixel is there


class Gif(VideoFormat):
    """GIF: up to 255 colours a frame; a pixel is opaque or clear. The recipe lies in a comment.

    Time is counted in hundredths of a second: at 30 frames a second they stand 0.03 or 0.04 s, and the movie is as
    long as it should be. No frame stands less than 0.02 s, which browsers would slow down.
    """

    colours: int = Field(default=255, ge=2, le=255, description="the most colours of a frame")
    palette: Literal["adaptive", "each", "first"] = Field(
        default="adaptive",
        description="a new palette where the last serves no more, for each frame, or the first frame's for all",
    )
    dither: GifDither = Field(
        default="ordered", description="the grain between colours; ordered stands still where the picture does"
    )
    background: BackgroundText = Field(
        default="", description="the colour behind what is clear, white or #ffffff; clear stays clear by default"
    )

    suffixes: ClassVar[tuple[str, ...]] = (".gif",)
    max_side: ClassVar[int] = 2**16 - 1
    max_fps: ClassVar[float] = 50.0

    @classmethod
    def examples(cls) -> tuple[Gif, ...]:
        """Every dither and every kind of palette."""
        return (
            cls(),
            cls(dither="floyd-steinberg", palette="each", background="teal"),
            cls(dither="none", palette="first", colours=64),
        )

    @property
    def min_psnr(self) -> float:
        """A third of a bit a channel for each doubling of the colours; the first frame's may suit no other at all."""
        return 0.0 if self.palette == "first" else 10.0 + 2 * float(np.log2(self.colours))

    def prepare(self, frame: np.ndarray) -> np.ndarray:
        """The frame over the background; without one, each pixel opaque or clear."""
        if frame.shape[2] == 3 or self.background:
            return composite(frame, self.background)
        return np.dstack([frame[..., :3], np.where(frame[..., 3] >= OPACITY_THRESHOLD, np.uint8(255), np.uint8(0))])

    @contextmanager
    def record(self, path: Path, video: VideoInfo) -> Iterator[WriteFrame]:
        """Write what changes of each frame; frames with an opacity are written whole."""
        with path.open("w+b") as file:
            strip = _GifWriter(self, file, video)
            yield strip.take
            strip.finish()

    def read_frames(self, path: Path) -> Iterator[DecodedFrame]:
        """The frames, each whole."""
        return decode_frames(path, "GIF")

    def read_embedded(self, path: Path) -> str | None:
        """The comment, if it is a manifest."""
        comment = read_metadata(path, "GIF").get("comment", b"")
        return as_manifest(comment.decode("utf-8", "replace"))


class _GifWriter:
    """The frames of one GIF on their way into it."""

    def __init__(self, image_format: Gif, file: BinaryIO, video: VideoInfo) -> None:
        self._format = image_format
        self._open_file = partial(GifFile, file, video)
        self._palettes = PaletteSequence(image_format.palette, image_format.colours)
        self._clock = FrameClock(video, HUNDREDTHS)
        self._gif: GifFile | None = None
        self._shown: np.ndarray | None = None
        self._count = 0

    def take(self, frame: np.ndarray) -> None:
        """Add a frame."""
        pixels = self._format.prepare(frame)
        colours = np.ascontiguousarray(pixels[..., :3])
        opaque = pixels[..., 3] > 0 if pixels.shape[2] == 4 else None
        palette = self._palettes.palette_for(colours, opaque)
        indices = palette.indices(colours, self._format.dither)
        if opaque is None:
            data, box = self._encode_change(indices, palette.table[indices])
        else:
            data, box = compress(np.where(opaque, indices, np.uint8(CLEAR))), full_box(indices)
        self._gif = self._gif or self._open_file(palette.table)
        self._gif.add(data, palette.table, box, self._clock.duration(self._count), stays=opaque is None)
        self._count += 1

    def finish(self) -> None:
        """End the file."""
        if self._gif:
            self._gif.finish(self._clock.last_duration(self._count - 1))

    def _encode_change(self, indices: np.ndarray, colours: np.ndarray) -> tuple[bytes, ChangedBox]:
        """What differs from what is shown, compressed, and where it lies."""
        before, self._shown = self._shown, colours
        if before is None:
            return compress(indices), full_box(indices)
        changed = changed_pixels(colours, before)
        box = changed_box(changed)
        new, part = np.ascontiguousarray(box.crop(indices)), box.crop(changed)
        forms = [new] if part.all() else [np.where(part, new, np.uint8(CLEAR)), new]
        return min((compress(form) for form in forms), key=len), box
