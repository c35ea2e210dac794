"""The sound of MP4 and WebM: encoded next to the picture, in step with it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import numpy as np

from limner.plugin import AudioTrack, LimnerError

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer

BIT_RATE = 96_000  # per channel, in bits per second: transparent for most ears with AAC and Opus


def check_sound(audio: AudioTrack, codec: str) -> None:
    """Raise an error if a sound cannot be read or encoded.

    Args:
        audio: the sound.
        codec: the name of the encoder in FFmpeg.

    Raises:
        LimnerError: the file has no sound or is damaged, or PyAV has no such encoder.
    """
    import av

    if codec not in av.codecs_available:
        raise LimnerError(f"this PyAV was built without {codec}; install it: pip install 'limner[video]'")
    next(audio.samples())


class SoundEncoder:
    """The encoder of the sound of one video. It holds one block of samples at a time.

    Args:
        container: the file.
        codec: the name of the encoder in FFmpeg.
        audio: the sound.
    """

    def __init__(self, container: OutputContainer, codec: str, audio: AudioTrack) -> None:
        self._container = container
        self._source = audio.samples()
        self._blocks: Iterator[np.ndarray] = self._source
        self._block = np.zeros((audio.channels, 0), np.float32)
        self._passage = max(1, round(audio.duration * audio.rate))
        self._layout = audio.layout
        self._rate = audio.rate
        self._max_rest = audio.max_rest * audio.rate
        self._count = 0
        self._stream = cast("AudioStream", container.add_stream(codec, rate=audio.rate))
        self._stream.layout = self._layout
        self._stream.bit_rate = BIT_RATE * audio.channels

    def advance(self, seconds: float | Fraction) -> None:
        """Encode the sound up to a time of the picture, in seconds.

        Raises:
            LimnerError: the file is damaged.
        """
        for samples in self._samples_until(round(seconds * self._rate)):
            self._encode(samples)

    def finish(self, seconds: float | Fraction) -> None:
        """Encode the sound up to the end of the picture, and end it.

        The picture may last a little longer than the passage, since its frame rate is rounded to a fraction. The rest
        is silent then, or else the passage would begin again for a moment.
        """
        rest = round(seconds * self._rate) % self._passage
        if rest < self._max_rest and round(seconds * self._rate) > self._passage:
            self.advance(seconds - Fraction(rest, self._rate))
            self._blocks = iter([np.zeros((len(self._block), rest), np.float32)])
            self._block = self._block[:, :0]
        self.advance(seconds)
        self._source.close()  # and with it the file
        self._container.mux(self._stream.encode(None))

    def _samples_until(self, end: int) -> Iterator[np.ndarray]:
        """Yield the next samples ``(channels, n)`` up to a position."""
        while self._count < end:
            if not self._block.shape[1]:
                self._block = next(self._blocks)
            samples = self._block[:, : end - self._count]
            self._block = self._block[:, samples.shape[1] :]
            self._count += samples.shape[1]
            yield samples

    def _encode(self, samples: np.ndarray) -> None:
        """Encode samples ``(channels, n)``."""
        import av

        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", self._layout)
        frame.sample_rate, frame.time_base = self._rate, Fraction(1, self._rate)
        frame.pts = self._count - samples.shape[1]
        self._container.mux(self._stream.encode(frame))
