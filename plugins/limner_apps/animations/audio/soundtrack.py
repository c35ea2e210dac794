"""The sound of a movie: which passage of a file it is, and how long the movie is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from limner.app.figures import AudioTrack, decode_audio
from limner.plugin import LimnerError

TOLERANCE = 0.1  # seconds; encoders pad sounds, and movies last for whole frames
FADE = 0.5  # seconds


@dataclass(frozen=True)
class Soundtrack:
    """The sound of a movie.

    Attributes:
        track: the passage.
        note: a note for the user if the sound is repeated or cut; otherwise empty.
    """

    track: AudioTrack
    note: str = ""


def soundtrack(path: Path, start: float, seconds: float) -> Soundtrack:
    """Return the sound of a movie of a length; a shorter sound begins again, and a longer one is cut with a fade-out.

    Args:
        path: a sound file, or a video with sound.
        start: where to start in the file, in seconds.
        seconds: the length of the movie, with its repetitions if the sound does not repeat with them.

    Raises:
        LimnerError: the file cannot be decoded, or has no sound after the start.
    """
    length = sound_length(path, start, seconds + 2 * TOLERANCE)
    after = f" from {start:g} s" if start else ""
    if length < seconds - TOLERANCE:
        note = f"{path} lasts {length:.4g} s{after} and is repeated; the movie lasts {seconds:.4g} s"
        return Soundtrack(AudioTrack(path, seconds, start), note)
    if length > seconds + TOLERANCE:
        note = f"{path} is cut after {seconds:.4g} s{after}, the length of the movie, and fades out"
        return Soundtrack(AudioTrack(path, seconds, start, min(FADE, seconds / 4)), note)
    return Soundtrack(AudioTrack(path, seconds, start))


def sound_length(path: Path, start: float = 0.0, limit: float = float("inf")) -> float:
    """Return the length of the sound in a file, in seconds, or ``limit`` if it is longer.

    The sound is decoded, because files may contain no length, or a wrong one.

    Raises:
        LimnerError: the file cannot be decoded, or has no sound after the start.
    """
    if start < 0:
        raise LimnerError(f"`audio_start` {start:g}: must be 0 or more seconds")
    count = 0
    for block in decode_audio(path, 1, start):
        count += block.shape[1]
        if count >= limit * AudioTrack.rate:
            return limit
    return count / AudioTrack.rate
