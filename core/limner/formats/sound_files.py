"""Sound files, and videos with sound, decoded with PyAV."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from limner.errors import LimnerError
from limner.utils.paths import os_reason

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.container import InputContainer

SAMPLE_RATE = 48_000
"""Samples per second of everything that is decoded; Opus takes no other rate of music."""
MAX_DAMAGED = 3  # packets, and one in a hundred
LAYOUTS = {1: "mono", 2: "stereo"}


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

        stored = channels_of(container)
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


def channels_of(container: InputContainer) -> int:
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
