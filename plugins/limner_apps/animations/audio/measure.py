"""The drives of a movie, measured on its sound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from limner.app.figures import AudioTrack
from limner_apps.animations.audio.analysis import analyse
from limner_apps.animations.audio.drive import Drive, pack_samples
from limner_apps.animations.audio.requests import DriveRequest
from limner_apps.animations.audio.targets import range_of

if TYPE_CHECKING:
    from limner.app.artworks import Artwork


def measured_drives(
    requests: Sequence[DriveRequest], art: Artwork, track: AudioTrack, frames: int, fps: float
) -> tuple[Drive, ...]:
    """Return the drives of a movie, with their signals.

    Args:
        requests: what to drive.
        art: the artwork that has it.
        track: the sound.
        frames: the number of frames.
        fps: frames per second.

    Raises:
        LimnerError: a path or a range does not suit the artwork, or the sound cannot be decoded.
    """
    ranges = [range_of(request, art) for request in requests]  # checked before the sound is decoded
    signals = analyse(track, {request.signal for request in requests}, frames, fps)
    return tuple(
        Drive(path=one.path, signal=one.signal, **ends._asdict(), samples=pack_samples(signals[one.signal]))
        for one, ends in zip(requests, ranges, strict=True)
    )
