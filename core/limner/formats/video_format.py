"""The movie: one format of moving pictures, frames and recipe in both directions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple, TypeAlias

import numpy as np

from limner.errors import LimnerError
from limner.formats.image_format import no_transparency
from limner.stages.base import Stage

MIN_FPS = 0.01  # frames a second
MAX_HOLD = 600.0  # seconds; the format that holds least, GIF, counts to 655
MAX_MANIFEST = 2**20  # bytes; Pillow reads no longer text from a PNG


@dataclass(frozen=True)
class VideoInfo:
    """What is known of a movie before its first frame.

    Attributes:
        width: of every frame, pixels.
        height: likewise.
        rate: frames a second.
        hold: seconds that the last frame stands; it stands as long as the others where that is longer.
        loop: begin anew at the end, for ever, where the format can say so; a video cannot.
        alpha: do the frames have an opacity?
        manifest: what is kept in the file beside the frames, a JSON object; empty for nothing.
    """

    width: int
    height: int
    fps: float = 25.0
    hold: float = 0.0
    loop: bool = True
    alpha: bool = False
    manifest: str = ""

    @property
    def channels(self) -> int:
        """Of every frame: 4 for RGB and opacity, 3 for RGB."""
        return 4 if self.alpha else 3

    @property
    def last_seconds(self) -> float:
        """Seconds that the last frame stands."""
        return max(self.hold, 1 / self.fps)


class DecodedFrame(NamedTuple):
    """A frame as it is read back: ``(h, w, 3 or 4)`` uint8, and the seconds it stands; 0 where the file says nothing.

    It has an opacity only where some pixel is not opaque.
    """

    pixels: np.ndarray
    seconds: float


WriteFrame: TypeAlias = Callable[[np.ndarray], None]
"""What ``Movie.record`` gives: it is called with each frame, in order."""


class FrameRecorder:
    """Takes the frames of one movie, in order. ``count`` says how many it has."""

    def __init__(self, video: VideoInfo, write_frame: WriteFrame) -> None:
        self.reel = video
        self.count = 0
        self._take = write_frame

    def add(self, frame: np.ndarray) -> None:
        """Add one frame, uint8 ``(height, width, channels)`` as the reel has them; it may be changed afterwards.

        Raises:
            LimnerError: it has another size, other channels or other levels, or cannot be written.
        """
        video, number = self.reel, self.count + 1
        if frame.dtype != np.uint8:
            raise LimnerError(f"frame {number}: holds {frame.dtype}; a movie takes uint8, levels from 0 to 255")
        if frame.shape != (video.height, video.width, video.channels):
            has = "x".join(str(side) for side in frame.shape)
            due = f"{video.height}x{video.width}x{video.channels}"
            raise LimnerError(f"frame {number}: is {has} (rows, columns, channels); every frame of this movie is {due}")
        self._take(frame)
        self.count = number


class VideoFormat(Stage):
    """One format of moving pictures. Frames come one at a time, so that memory does not grow with their number."""

    suffixes: ClassVar[tuple[str, ...]] = ()
    frame_pattern: ClassVar[str] = ""
    """Where the movie is a folder, the pattern that the names of the files in it match; empty where it is a file."""
    max_side: ClassVar[int] = 2**31 - 1
    max_fps: ClassVar[float] = 240.0
    """The most frames a second that are shown as they are meant."""
    supports_alpha: ClassVar[bool] = True
    """Whether opacity is stored, be it only as opaque or clear. If not, ``check`` refuses reels with alpha, unless the
    format has a field ``background`` and it names the colour that frames are laid over."""
    supports_durations: ClassVar[bool] = True
    """Whether the file says how long each frame stands; if not, a rate or a hold that the user sets is refused."""

    @property
    def min_psnr(self) -> float:
        """What a smooth picture that moves comes back with at the least, dB; infinite where nothing is lost."""
        return float("inf")

    @classmethod
    def missing(cls) -> str:
        """Return why this machine cannot write the format, and the fix; empty if it can. Override if it needs more."""
        return ""

    def prepare(self, frame: np.ndarray) -> np.ndarray:
        """Return a frame as the format can store it, before it loses any of it by encoding.

        Override where it holds no transparency, say, or even sizes only.
        """
        return frame

    def check(self, video: VideoInfo) -> None:
        """Refuse early what the format declares that it does not store. Override to add to it.

        Raises:
            LimnerError: the size, the rate, the hold or the manifest will not do, alpha would be lost, or a library is
                missing.
        """
        reason = self.missing()
        if reason:
            raise LimnerError(reason)
        if not 1 <= min(video.width, video.height) <= max(video.width, video.height) <= self.max_side:
            raise LimnerError(
                f"this format holds 1 to {self.max_side} pixels a side, not {video.width}x{video.height}; "
                "choose another size or another ending"
            )
        if not MIN_FPS <= video.fps <= self.max_fps:
            raise LimnerError(
                f"this format shows {MIN_FPS} to {self.max_fps:g} frames a second, not {video.fps:g}; "
                "choose another rate or another ending"
            )
        if not 0 <= video.hold <= MAX_HOLD:
            raise LimnerError(f"the last frame may stand 0 to {MAX_HOLD:g} seconds, not {video.hold:g}")
        if video.alpha and not self.supports_alpha and not getattr(self, "background", ""):
            raise LimnerError(no_transparency(type(self)))
        if len(video.manifest.encode("utf-8")) > MAX_MANIFEST:
            raise LimnerError(f"the recipe is larger than the {MAX_MANIFEST} bytes that a movie takes")

    @contextmanager
    def open(self, path: Path, video: VideoInfo) -> Iterator[FrameRecorder]:
        """Begin a movie; it is whole when the block ends without an error.

        Args:
            path: an empty file, or an empty folder where ``holds`` says so, whatever its name ends with.
            reel: what is known of it.

        Raises:
            LimnerError: the format does not hold the reel, or no frame came.
        """
        self.check(video)
        with self.record(path, video) as take:
            recorder = FrameRecorder(video, take)
            yield recorder
            if not recorder.count:
                raise LimnerError("the movie has no frame; it needs one at least")

    @abstractmethod
    def record(self, path: Path, video: VideoInfo) -> AbstractContextManager[WriteFrame]:
        """Write the movie: the block is given a function that takes the frames.

        Write it as a generator under ``contextlib.contextmanager``: begin, ``yield take``, finish. Each frame has been
        checked, and is the caller's: copy what is to outlive the call. An error in the block is raised at the yield.
        """

    @abstractmethod
    def read_frames(self, path: Path) -> Iterator[DecodedFrame]:
        """Yield the frames of a movie, in order.

        Raises:
            ArtworkError: the file is damaged (also while the shots are taken).
        """

    @abstractmethod
    def read_embedded(self, path: Path) -> str | None:
        """Return the manifest in a movie; None if there is none.

        Raises:
            ArtworkError: the file is damaged.
        """
