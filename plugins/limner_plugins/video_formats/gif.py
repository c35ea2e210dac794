"""The video format ``gif``: few colours, supported everywhere."""

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

HUNDREDTHS = 100  # units of time per second
OPACITY_THRESHOLD = 128  # pixels with at least this alpha, 0 to 255, are opaque


class Gif(VideoFormat):
    """GIF: up to 255 colours per frame; a pixel is opaque or transparent. The recipe is in a comment.

    Durations are whole hundredths of a second: at 30 frames per second, frames last 0.03 or 0.04 s, and the video keeps
    its total duration. No frame is shorter than 0.02 s, because browsers would slow it down.
    """

    colours: int = Field(default=255, ge=2, le=255, description="maximum number of colours per frame")
    palette: Literal["adaptive", "each", "first"] = Field(
        default="adaptive",
        description="adaptive: a new palette when the last one no longer fits; each: a new palette for every frame; "
        "first: the first frame's palette for all",
    )
    dither: GifDither = Field(
        default="ordered", description="the dither pattern; ordered does not flicker where the picture stands still"
    )
    background: BackgroundText = Field(
        default="",
        description="the colour behind transparent areas, white or #ffffff; they stay transparent by default",
    )

    suffixes: ClassVar[tuple[str, ...]] = (".gif",)
    max_side: ClassVar[int] = 2**16 - 1
    max_repeat: ClassVar[int] = 2**16
    loops_forever: ClassVar[bool] = True
    max_fps: ClassVar[float] = 50.0

    @classmethod
    def examples(cls) -> tuple[Gif, ...]:
        """Return variants with every dither and every kind of palette."""
        return (
            cls(),
            cls(dither="floyd-steinberg", palette="each", background="teal"),
            cls(dither="none", palette="first", colours=64),
        )

    @property
    def min_psnr(self) -> float:
        """The lowest PSNR in dB: it grows by 2 dB, a third of a bit per channel, with each doubling of the colours.

        With the palette of the first frame for all frames there is no bound.
        """
        return 0.0 if self.palette == "first" else 10.0 + 2 * float(np.log2(self.colours))

    def prepare(self, frame: np.ndarray) -> np.ndarray:
        """Return the frame over the background; without a background, make each pixel opaque or transparent."""
        if frame.shape[2] == 3 or self.background:
            return composite(frame, self.background)
        return np.dstack([frame[..., :3], np.where(frame[..., 3] >= OPACITY_THRESHOLD, np.uint8(255), np.uint8(0))])

    @contextmanager
    def record(self, path: Path, video: VideoInfo) -> Iterator[WriteFrame]:
        """Write the changed part of each frame; frames with alpha are written completely."""
        with path.open("w+b") as file:
            encoder = _GifEncoder(self, file, video)
            yield encoder.add
            encoder.finish()

    def read_frames(self, path: Path) -> Iterator[DecodedFrame]:
        """Yield the frames, each complete."""
        return decode_frames(path, "GIF")

    def read_embedded(self, path: Path) -> str | None:
        """Return the comment if it is a manifest, otherwise None."""
        comment = read_metadata(path, "GIF").get("comment", b"")
        return as_manifest(comment.decode("utf-8", "replace"))


class _GifEncoder:
    """The encoder of one GIF."""

    def __init__(self, video_format: Gif, file: BinaryIO, video: VideoInfo) -> None:
        self._format = video_format
        self._open_file = partial(GifFile, file, video)
        self._palettes = PaletteSequence(video_format.palette, video_format.colours)
        self._clock = FrameClock(video, HUNDREDTHS)
        self._gif: GifFile | None = None
        self._previous: np.ndarray | None = None
        self._count = 0

    def add(self, frame: np.ndarray) -> None:
        """Write the next frame."""
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
        """End the file, if there is any frame."""
        if self._gif:
            self._gif.finish(self._clock.last_duration(self._count - 1))

    def _encode_change(self, indices: np.ndarray, colours: np.ndarray) -> tuple[bytes, ChangedBox]:
        """Return the part that differs from the previous frame, compressed, and its box.

        If some pixels in the box are unchanged, they may be transparent: the smaller encoding is chosen.
        """
        previous, self._previous = self._previous, colours
        if previous is None:
            return compress(indices), full_box(indices)
        changed = changed_pixels(colours, previous)
        box = changed_box(changed)
        new, mask = np.ascontiguousarray(box.crop(indices)), box.crop(changed)
        candidates = [new] if mask.all() else [np.where(mask, new, np.uint8(CLEAR)), new]
        return min((compress(candidate) for candidate in candidates), key=len), box
