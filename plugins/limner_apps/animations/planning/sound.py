"""The sound of a movie: its length, the passage that is heard, and what it drives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from limner.app.figures import AudioTrack, video_format_for
from limner.app.values import arguments
from limner.plugin import LimnerError
from limner_apps.animations.audio.drive import Drive
from limner_apps.animations.audio.measure import measured_drives
from limner_apps.animations.audio.requests import parse_drives
from limner_apps.animations.audio.soundtrack import sound_length, soundtrack
from limner_apps.animations.audio.targets import PACE, range_of

if TYPE_CHECKING:
    from limner.app.artworks import Artwork
    from limner_apps.animations.animation import Animation
    from limner_apps.animations.planning.movie_options import MovieOptions


@dataclass(frozen=True)
class SoundPlan:
    """The sound of a movie.

    Attributes:
        track: the passage that the movie contains; None for a silent movie.
        drives: what the sound changes.
        notes: notes for the person who makes the movie.
    """

    track: AudioTrack | None = None
    drives: tuple[Drive, ...] = ()
    notes: tuple[str, ...] = ()


def check_sound_options(options: MovieOptions) -> None:
    """Check the options of the sound, before a file is opened.

    Raises:
        LimnerError: an option is invalid, or has no effect without a sound.
    """
    parse_drives(options.drive)
    if options.audio is None:
        for name, value in (("drive", options.drive), ("audio_start", options.audio_start)):
            if value or value == 0:
                raise LimnerError(f"`{name}`: has no effect without a sound; add one with `audio`")
    elif options.audio_start is not None and arguments.check_number("audio_start", options.audio_start) < 0:
        raise LimnerError(f"`audio_start`: must be 0 or more seconds, got {options.audio_start:g}")


def seconds_of(options: MovieOptions, default: float, longest: float) -> float:
    """Return the length of a movie: the given one, or that of its sound, or else a default; in seconds.

    Args:
        options: the options.
        default: the length of a movie without sound.
        longest: the longest movie that is possible.

    Raises:
        LimnerError: the sound cannot be decoded, or is longer than the longest movie.
    """
    if options.seconds is not None:
        return options.seconds
    if options.audio is None:
        return default
    path = arguments.check_path("audio", options.audio)
    seconds = sound_length(path, options.audio_start or 0.0, longest + 1.0)
    if seconds > longest:
        raise LimnerError(f"{path}: lasts more than {longest:,.0f} seconds; use a part of it with `seconds`")
    return seconds


def plan_sound(options: MovieOptions, target: str, animation: Animation, artworks: Sequence[Artwork]) -> SoundPlan:
    """Return the sound of a movie.

    A sound that drives repeats with the picture; another one goes on.

    Args:
        options: the options.
        target: the output.
        animation: what moves in the movie, without drives.
        artworks: the artworks.

    Raises:
        LimnerError: the sound cannot be decoded, cannot drive what it should, or has no effect in this movie.
    """
    if options.audio is None:
        return SoundPlan()
    requests = parse_drives(options.drive)
    heard = video_format_for(target, options.options).stage.supports_audio
    if not heard and not requests:
        raise LimnerError(
            f"{target}: this format cannot contain sound; use .mp4 or .webm, or let the sound change something with "
            "`drive`"
        )
    for artwork in artworks[1:]:
        for request in requests:
            range_of(request, artwork)
    passes = 1 if requests else max(1, options.repeat or 1)
    seconds = passes * animation.frames / animation.fps
    sound = soundtrack(arguments.check_path("audio", options.audio), options.audio_start or 0.0, seconds)
    drives = measured_drives(requests, artworks[0], sound.track, animation.frames, animation.fps) if requests else ()
    chosen = {request.path for request in requests if request.range is None}
    notes = [sound.note] if sound.note else []
    notes += [
        f"{one.path}: {one.low:g} to {one.high:g}{' passes per minute' * (one.path == PACE)} with {one.signal}"
        for one in drives
        if one.path in chosen
    ]
    if not heard:
        notes.append(f"{target}: this format cannot contain sound; the sound only drives the picture")
    return SoundPlan(sound.track if heard else None, drives, tuple(notes))
