"""The interface of video formats: frames and the recipe, written and read."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple, TypeAlias

import numpy as np

from limner.errors import LimnerError
from limner.formats.audio import AudioTrack
from limner.formats.image_format import no_transparency
from limner.stages.base import Stage

MIN_FPS = 0.01  # frames per second
MAX_HOLD = 600.0  # seconds; the most restrictive format, GIF, stores at most 655
MAX_MANIFEST = 2**20  # bytes; Pillow reads no longer text from a PNG


@dataclass(frozen=True)
class VideoInfo:
    """The properties of a video that are known before its first frame.

    Attributes:
        width: width of every frame, in pixels.
        height: height of every frame, in pixels.
        fps: frames per second.
        hold: seconds to show the last frame; it lasts at least as long as the other frames.
        repeat: how often the video plays; 0 is forever if the format can store that, otherwise once.
        alpha: whether the frames have an alpha channel.
        start: the number of frames that are complete already, if an interrupted folder of frames is resumed.
        manifest: a JSON object to embed in the file; empty for none.
        audio: the sound, which lasts as long as the picture; None for none.
    """

    width: int
    height: int
    fps: float = 25.0
    hold: float = 0.0
    repeat: int = 0
    alpha: bool = False
    start: int = 0
    manifest: str = ""
    audio: AudioTrack | None = None

    @property
    def channels(self) -> int:
        """The number of channels of every frame: 4 (RGBA) with alpha, otherwise 3 (RGB)."""
        return 4 if self.alpha else 3

    @property
    def last_seconds(self) -> float:
        """The duration of the last frame, in seconds."""
        return max(self.hold, 1 / self.fps)


class DecodedFrame(NamedTuple):
    """A frame that was read from a video.

    Attributes:
        pixels: ``(h, w, 3 or 4)``, uint8; with alpha only if some pixel is not opaque.
        seconds: the duration of the frame; 0 if the file does not record it.
    """

    pixels: np.ndarray
    seconds: float


WriteFrame: TypeAlias = Callable[[np.ndarray], None]
"""A function that ``VideoFormat.record`` yields; it is called with each frame, in order."""


class FrameRecorder:
    """A video that is being written, frame by frame.

    Attributes:
        video: the properties of the video.
        count: the number of frames so far, with those that were complete at the start.
    """

    def __init__(self, video: VideoInfo, write_frame: WriteFrame) -> None:
        self.video = video
        self.count = video.start
        self._write_frame = write_frame

    def add(self, frame: np.ndarray) -> None:
        """Add the next frame.

        Args:
            frame: ``(height, width, channels)``, uint8, with the size and channels of ``video``. The caller may
                change the array afterwards.

        Raises:
            LimnerError: the frame has another shape or dtype, or cannot be written.
        """
        video, number = self.video, self.count + 1
        if frame.dtype != np.uint8:
            raise LimnerError(f"frame {number}: the dtype must be uint8 (0 to 255), not {frame.dtype}")
        if frame.shape != (video.height, video.width, video.channels):
            shape = "x".join(str(side) for side in frame.shape)
            expected = f"{video.height}x{video.width}x{video.channels}"
            raise LimnerError(
                f"frame {number}: the shape is {shape} (height, width, channels); this movie needs {expected}"
            )
        self._write_frame(frame)
        self.count = number


class VideoFormat(Stage):
    """One video or animation format, for writing and reading.

    Frames are passed one at a time, so that memory use does not grow with their number.

    Attributes:
        suffixes: file name suffixes, in lower case, that select this format; ``/`` for a folder.
        frame_pattern: if the video is a folder, the glob pattern of the file names in it; empty if it is a file.
        max_side: the largest supported width and height, in pixels.
        max_fps: the highest frame rate that players show correctly.
        supports_alpha: whether opacity is stored, even if only as opaque or transparent. If not, ``check`` rejects
            videos with alpha, unless the format has a field ``background`` and it names a colour to composite the
            frames over.
        supports_durations: whether the file records frame durations. If not, limner rejects a frame rate or a hold
            that the user sets.
        max_repeat: how often a video can play at most; 1 if the format cannot repeat it.
        loops_forever: whether a file can ask players to repeat the video forever.
        supports_audio: whether the file can contain the sound in ``VideoInfo.audio``. If not, ``check`` rejects it.
    """

    suffixes: ClassVar[tuple[str, ...]] = ()
    frame_pattern: ClassVar[str] = ""
    max_side: ClassVar[int] = 2**31 - 1
    max_fps: ClassVar[float] = 240.0
    supports_alpha: ClassVar[bool] = True
    supports_durations: ClassVar[bool] = True
    max_repeat: ClassVar[int] = 1
    loops_forever: ClassVar[bool] = False
    supports_audio: ClassVar[bool] = False

    @property
    def min_psnr(self) -> float:
        """The minimum PSNR of a smooth moving picture after a round trip, in dB; infinite for lossless formats."""
        return float("inf")

    @classmethod
    def missing(cls) -> str:
        """Return why this machine cannot write the format, and the fix, or an empty string if it can.

        Override it if the format needs an optional library.
        """
        return ""

    def prepare(self, frame: np.ndarray) -> np.ndarray:
        """Return a frame ``(h, w, c)`` in a form that the format can store, before lossy encoding.

        Override it if the format does not support transparency, for example, or odd widths and heights.
        """
        return frame

    def resume_at(self, path: Path, video: VideoInfo) -> int:  # noqa: ARG002
        """Return how many frames of an interrupted video are complete, counted from the first.

        Override it if the video is a folder; ``record`` then gets the number as ``video.start``, and writes the frames
        that follow. limner calls it only for a folder with frames of the same video.

        Args:
            path: the folder.
            video: the properties of the video.
        """
        return 0

    def check(self, video: VideoInfo) -> None:
        """Raise an error if the format cannot store such a video; override it to add checks.

        It is called before the first frame is rendered.

        Raises:
            LimnerError: a library is missing, the size, frame rate, hold, number of repetitions or manifest is out of
                range, or alpha or sound would be lost.
        """
        reason = self.missing()
        if reason:
            raise LimnerError(reason)
        if not 1 <= min(video.width, video.height) <= max(video.width, video.height) <= self.max_side:
            raise LimnerError(
                f"this format takes 1 to {self.max_side} pixels a side, not {video.width}x{video.height}; "
                "choose another size or format"
            )
        if not MIN_FPS <= video.fps <= self.max_fps:
            raise LimnerError(
                f"this format takes {MIN_FPS} to {self.max_fps:g} frames per second, not {video.fps:g}; "
                "choose another frame rate or format"
            )
        if not 0 <= video.hold <= MAX_HOLD:
            raise LimnerError(f"the hold of the last frame must be 0 to {MAX_HOLD:g} seconds, not {video.hold:g}")
        if not 0 <= video.repeat <= self.max_repeat:
            raise LimnerError(_no_such_repeat(self, video.repeat))
        if video.alpha and not self.supports_alpha and not getattr(self, "background", ""):
            raise LimnerError(no_transparency(type(self)))
        if video.audio and not self.supports_audio:
            raise LimnerError("this format cannot contain sound; choose .mp4 or .webm")
        if len(video.manifest.encode("utf-8")) > MAX_MANIFEST:
            raise LimnerError(f"the recipe is too large for a movie, which can embed {MAX_MANIFEST} bytes")

    @contextmanager
    def open(self, path: Path, video: VideoInfo) -> Iterator[FrameRecorder]:
        """Begin a video and yield its recorder; the video is complete when the block ends without an error.

        Args:
            path: an empty file, or an empty folder if the format has a ``frame_pattern``. Its suffix is ignored.
            video: the properties of the video.

        Raises:
            LimnerError: the format cannot store such a video, or no frame was added.
        """
        self.check(video)
        with self.record(path, video) as write_frame:
            recorder = FrameRecorder(video, write_frame)
            yield recorder
            if not recorder.count:
                raise LimnerError("the movie has no frames; add at least one")

    @abstractmethod
    def record(self, path: Path, video: VideoInfo) -> AbstractContextManager[WriteFrame]:
        """Return a context manager that writes a video; it yields the function that takes the frames.

        Write it as a generator decorated with ``contextlib.contextmanager``: begin the file, ``yield write_frame``,
        finish the file. An error in the caller's block is raised at the ``yield``.

        Each frame has the shape and dtype that ``video`` asks for, and belongs to the caller: copy what you need after
        ``write_frame`` returns.

        Args:
            path: an empty file, or an empty folder if the format has a ``frame_pattern``. Its suffix is ignored.
            video: the properties of the video.
        """

    @abstractmethod
    def read_frames(self, path: Path) -> Iterator[DecodedFrame]:
        """Yield the frames of a video, in order.

        Raises:
            ArtworkError: the file is damaged; also raised while the frames are read.
        """

    @abstractmethod
    def read_embedded(self, path: Path) -> str | None:
        """Return the manifest embedded in a video, or None if there is none.

        Raises:
            ArtworkError: the file is damaged.
        """


def _no_such_repeat(video_format: VideoFormat, repeat: int) -> str:
    """Return the error message about a number of repetitions that a format cannot store."""
    most = video_format.max_repeat
    if most == 1 and repeat > 1:
        return f"this format cannot play a movie {repeat} times; omit `repeat`, or choose another format"
    forever = ", or 0 for forever" if video_format.loops_forever else ""
    return f"`repeat` {repeat}: must be 1 to {most}{forever}"
