"""The sound of videos: a passage of a file, and its samples, which PyAV decodes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from limner.errors import LimnerError
from limner.utils.paths import os_reason

if TYPE_CHECKING:
    from av.container import InputContainer

SAMPLE_RATE = 48_000
"""Samples per second of everything that is decoded; Opus takes no other rate of music."""
MAX_REST = 0.1  # seconds; so short a rest of a passage is silent, and does not begin the file again
LAYOUTS = {1: "mono", 2: "stereo"}


@dataclass(frozen=True)
class AudioTrack:
    """The sound of a video: a passage of a sound file, or of a video with sound.

    A file that is shorter than the passage begins again, and so does the passage while the picture lasts.

    Attributes:
        path: the file.
        duration: the length of the passage, in seconds.
        start: where the passage starts in the file, in seconds.
        fade: the length of the fade-out at the end of the passage, in seconds.
    """

    path: Path
    duration: float
    start: float = 0.0
    fade: float = 0.0

    rate: ClassVar[int] = SAMPLE_RATE
    """Samples per second of what ``samples`` yields."""

    @cached_property
    def channels(self) -> int:
        """The number of channels to decode the file with: 1 if it is mono, otherwise 2.

        Raises:
            LimnerError: PyAV is missing, or the file has no sound or is damaged.
        """
        with open_audio(self.path) as container:
            return min(2, container.streams.audio[0].codec_context.channels)

    def samples(self) -> Iterator[np.ndarray]:
        """Yield the sound block by block, without end.

        Yields:
            ``(channels, n)``, float32, -1 to 1, 48,000 samples per second.

        Raises:
            LimnerError: the file cannot be decoded, or has no sound after the start.
        """
        while True:
            yield from self._passage()

    def _passage(self) -> Iterator[np.ndarray]:
        """Yield the passage once."""
        length, fade = max(1, round(self.duration * SAMPLE_RATE)), max(1, round(self.fade * SAMPLE_RATE))
        done = 0
        for block in self._looped(length):
            rest = np.arange(length - done, length - done - block.shape[1], -1)
            yield block * np.minimum(rest / fade, 1.0).astype(np.float32) if fade > 1 and rest[-1] < fade else block
            done += block.shape[1]

    def _looped(self, length: int) -> Iterator[np.ndarray]:
        """Yield exactly ``length`` samples of the file, which begins again unless the rest is very short."""
        done = 0
        while done < length:
            if done and length - done < MAX_REST * SAMPLE_RATE:
                yield np.zeros((self.channels, length - done), np.float32)
                return
            for block in decode_audio(self.path, self.channels, self.start):
                part = block[:, : length - done]
                done += part.shape[1]
                yield part
                if done == length:
                    return


def decode_audio(path: Path, channels: int = 1, start: float = 0.0) -> Iterator[np.ndarray]:
    """Yield the sound of a file once, block by block; memory use does not grow with its length.

    Args:
        path: a sound file, or a video with sound.
        channels: 1 or 2; others are mixed.
        start: seconds to skip.

    Yields:
        ``(channels, n)``, float32, -1 to 1, 48,000 samples per second; numeric errors in the file are silence.

    Raises:
        LimnerError: PyAV is missing, the file cannot be decoded, or it has no sound after the start.
    """
    import av

    with open_audio(path) as container:
        resampler = av.AudioResampler("fltp", LAYOUTS[channels], SAMPLE_RATE)
        skip = round(start * SAMPLE_RATE)
        position = 0
        for frame in _and_none(container.decode(audio=0)):
            for part in resampler.resample(frame):
                block = np.nan_to_num(part.to_ndarray(), posinf=0.0, neginf=0.0)
                block, position = block[:, max(0, skip - position) :], position + block.shape[1]
                if block.shape[1]:
                    yield block
    if position <= skip:
        raise LimnerError(_no_sound_after(path, start, position / SAMPLE_RATE))


def _and_none(frames: Iterator[object]) -> Iterator[object]:
    """Yield the frames, then None, which flushes a resampler."""
    yield from frames
    yield None


def _no_sound_after(path: Path, start: float, seconds: float) -> str:
    """Return the message about a file that ends before the start of a passage."""
    if not seconds:
        return f"{path}: contains no sound; choose another file"
    return f"{path}: lasts {seconds:.4g} seconds, but the passage starts at {start:g}; choose an earlier start"


@contextmanager
def open_audio(path: Path) -> Iterator[InputContainer]:
    """Open a file with sound, for reading.

    Raises:
        LimnerError: PyAV is missing, or the file has no sound or is damaged; also raised for the block.
    """
    try:
        import av
    except ImportError:
        raise LimnerError("sound needs PyAV, which is not installed; install it: pip install 'limner[video]'") from None
    if not path.is_file():  # FFmpeg would take a FIFO, and wait for it
        raise LimnerError(f"{path}: {'not a file' if path.exists() else 'does not exist'}; choose a file with sound")
    options = {"protocol_whitelist": "file"}  # playlists could otherwise name addresses
    try:
        with av.open(str(path.absolute()), options=options, metadata_errors="replace") as container:
            if not container.streams.audio:
                raise LimnerError(f"{path}: has no sound; choose a sound file, or a video with sound")
            yield container
    except (av.FFmpegError, ValueError) as error:  # ValueError: the format changes within the file
        denied = isinstance(error, OSError) and error.errno
        problem = f"cannot be read ({os_reason(error)})" if denied else "is damaged or not a sound file"
        raise LimnerError(f"{path}: {problem}; choose another file") from error
