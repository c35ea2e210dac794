"""The sound of a video: a passage of a sound file."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import numpy as np

from limner.formats.sound_files import LAYOUTS, SAMPLE_RATE, channels_of, decode_audio, open_audio

MAX_KEPT = 20.0  # seconds; up to 8 MB


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
    max_rest: ClassVar[float] = 0.1
    """Seconds up to which a rest is silent: the sound does not begin again for a moment."""

    @cached_property
    def channels(self) -> int:
        """The number of channels to decode the file with: 1 if it is mono, otherwise 2.

        Raises:
            LimnerError: PyAV is missing, or the file has no sound or is damaged.
        """
        with open_audio(self.path) as container:
            return channels_of(container)

    @property
    def layout(self) -> str:
        """The channels as FFmpeg names them, ``mono`` or ``stereo``.

        Raises:
            LimnerError: as ``channels``.
        """
        return LAYOUTS[self.channels]

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
            if done and length - done < self.max_rest * SAMPLE_RATE:
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
