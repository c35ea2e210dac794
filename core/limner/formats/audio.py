"""The sound of videos: a passage of a file, and its samples, which PyAV decodes."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from limner.errors import LimnerError
from limner.utils.paths import os_reason

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.container import InputContainer

SAMPLE_RATE = 48_000
"""Samples per second of everything that is decoded; Opus takes no other rate of music."""
MAX_REST = 0.1  # seconds; so short a rest of a passage is silent, and does not begin the file again
MAX_KEPT = 20.0  # seconds; up to 8 MB
MAX_DAMAGED = 3  # packets, and one in a hundred
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
            return _channels(container)

    def samples(self) -> Generator[np.ndarray]:
        """Yield the sound block by block, without end.

        Yields:
            ``(channels, n)``, float32, -1 to 1, 48,000 samples per second.

        Raises:
            LimnerError: the file cannot be decoded, or has no sound after the start.
        """
        file = _RepeatedFile(self)
        while True:
            yield from self._passage(file)

    def _passage(self, file: _RepeatedFile) -> Iterator[np.ndarray]:
        """Yield the passage once."""
        length, fade = max(1, round(self.duration * SAMPLE_RATE)), max(1, round(self.fade * SAMPLE_RATE))
        done = 0
        for block in self._looped(file, length):
            rest = np.arange(length - done, length - done - block.shape[1], -1)
            yield block * np.minimum(rest / fade, 1.0).astype(np.float32) if fade > 1 and rest[-1] < fade else block
            done += block.shape[1]

    def _looped(self, file: _RepeatedFile, length: int) -> Iterator[np.ndarray]:
        """Yield exactly ``length`` samples of the file, which begins again unless the rest is very short."""
        done = 0
        while done < length:
            if done and length - done < MAX_REST * SAMPLE_RATE:
                yield np.zeros((self.channels, length - done), np.float32)
                return
            for block in file.blocks():
                part = block[:, : length - done]
                done += part.shape[1]
                yield part
                if done == length:
                    return


class _RepeatedFile:
    """The file of a track, which is decoded again and again; a short one is kept in memory."""

    def __init__(self, track: AudioTrack) -> None:
        self._track = track
        self._kept: list[np.ndarray] = []
        self._complete = False

    def blocks(self) -> Iterator[np.ndarray]:
        """Yield the sound from the start of the track to the end of the file."""
        if self._complete:
            yield from self._kept
            return
        self._kept, count = [], 0
        for block in decode_audio(self._track.path, self._track.channels, self._track.start):
            count += block.shape[1]
            if count <= MAX_KEPT * SAMPLE_RATE:
                self._kept.append(block)
            yield block
        self._complete = count <= MAX_KEPT * SAMPLE_RATE


def decode_audio(path: Path, channels: int = 1, start: float = 0.0) -> Iterator[np.ndarray]:
    """Yield the sound of a file once, block by block; memory use does not grow with its length.

    Args:
        path: a sound file, or a video with sound.
        channels: 1, the mean of left and right, or 2; those of surround sound are mixed.
        start: seconds to skip.

    Yields:
        ``(channels, n)``, float32, -1 to 1, 48,000 samples per second; numeric errors in the file are silence.

    Raises:
        LimnerError: PyAV is missing, the file cannot be decoded, or it has no sound after the start.
    """
    with open_audio(path) as container:
        import av

        stored = _channels(container)
        resampler = av.AudioResampler("fltp", LAYOUTS[stored], SAMPLE_RATE)
        skip, end = round(start * SAMPLE_RATE), _end(container)
        position = 0
        for frame in chain(_frames(container), [None]):  # None flushes the resampler
            for part in resampler.resample(frame):
                block = np.nan_to_num(part.to_ndarray(), posinf=0.0, neginf=0.0)[:, : max(0, end - position)]
                block, position = block[:, max(0, skip - position) :], position + block.shape[1]
                if block.shape[1]:
                    yield (
                        block if stored == channels else np.repeat(block.mean(axis=0, keepdims=True), channels, axis=0)
                    )
    if position <= skip:
        raise LimnerError(_no_sound_after(path, start, position / SAMPLE_RATE))


def _frames(container: InputContainer) -> Iterator[AudioFrame]:
    """Yield the frames of a sound; a few damaged packets are skipped, as players do.

    Raises:
        FFmpegError: many packets are damaged.
    """
    import av

    damaged = 0
    for number, packet in enumerate(container.demux(audio=0)):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            damaged += 1
            if damaged > MAX_DAMAGED + number // 100:
                raise
            continue
        yield from frames


def _channels(container: InputContainer) -> int:
    """Return the number of channels to decode a file with: 1 if it is mono, otherwise 2."""
    return 1 if container.streams.audio[0].codec_context.channels <= 1 else 2


def _end(container: InputContainer) -> int:
    """Return the number of samples in an MP4, which records how much of its last block is padding; else a huge number.

    Durations in other formats may be estimates.
    """
    stream = container.streams.audio[0]
    if "mp4" not in container.format.name or not stream.duration or not stream.time_base:
        return sys.maxsize
    return round(stream.duration * stream.time_base * SAMPLE_RATE)


def _no_sound_after(path: Path, start: float, seconds: float) -> str:
    """Return the message about a file that ends before the start of a passage."""
    if not seconds:
        return f"{path}: contains no sound; choose another file"
    return f"{path}: lasts {seconds:.4g} seconds, but the passage starts at {start:g}; choose an earlier start"


def has_audio(path: Path) -> bool:
    """Return whether a path is a file with sound; False also if PyAV, which would tell, is missing."""
    try:
        with open_audio(path):
            return True
    except LimnerError:
        return False


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
            if container.streams.audio[0].codec_context is None:
                raise LimnerError(f"{path}: PyAV cannot decode this kind of sound; convert it to WAV, MP3 or AAC")
            yield container
    except (av.FFmpegError, ValueError) as error:  # ValueError: the format changes within the file
        problem = "is damaged or not a sound file"
        if isinstance(error, OSError):
            problem = f"cannot be read ({os_reason(error)})"
        raise LimnerError(f"{path}: {problem}; choose another file") from error
