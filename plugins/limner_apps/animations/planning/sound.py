"""The sound of a movie: its length, the passage that is heard, and what it drives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from limner.app.figures import AudioTrack, has_audio, video_format_for
from limner.app.values import arguments
from limner.plugin import LimnerError
from limner_apps.animations.audio.drive import Drive
from limner_apps.animations.audio.measure import measured_drives
from limner_apps.animations.audio.requests import DriveRequest, parse_drives
from limner_apps.animations.audio.soundtrack import sound_length, soundtrack
from limner_apps.animations.audio.targets import PACE, range_of
from limner_apps.animations.planning.moving import NO_MOTION

if TYPE_CHECKING:
    from limner.app.artworks import Artwork
    from limner_apps.animations.animation import Animation
    from limner_apps.animations.planning.movie_options import MovieOptions
    from limner_apps.animations.planning.recorded import RecordedMovie

SILENT = "none"
"""The value of ``audio`` for a silent movie, if a movie with sound is rendered again."""


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
        LimnerError: a signal is unknown, or a number is out of range.
    """
    parse_drives(options.drive)
    if options.audio_start is not None and arguments.check_number("audio_start", options.audio_start) < 0:
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
    path = _source(options, None)
    if options.seconds is not None or path is None:
        return default if options.seconds is None else options.seconds
    seconds = sound_length(path, options.audio_start or 0.0, longest + 1.0)
    if seconds > longest:
        raise LimnerError(f"{path}: lasts more than {longest:,.0f} seconds; use a part of it with `seconds`")
    return seconds


def plan_sound(
    options: MovieOptions,
    target: str,
    animation: Animation,
    artworks: Sequence[Artwork],
    recorded: RecordedMovie | None = None,
) -> SoundPlan:
    """Return the sound of a movie.

    A sound that drives repeats with the picture; another one goes on. A movie that is rendered again keeps its sound
    and its drives, unless options replace them.

    Args:
        options: the options.
        target: the output.
        animation: what moves in the movie.
        artworks: the artworks.
        recorded: the movie that is rendered again, if any.

    Raises:
        LimnerError: the sound cannot be decoded, cannot drive what it should, or has no effect in this movie.
    """
    path = _source(options, recorded)
    if path is None:
        _check_unused(options, recorded)
        return SoundPlan(drives=animation.drives)
    requests = parse_drives(options.drive) or [
        DriveRequest(one.path, one.signal, (one.low, one.high), one.between) for one in animation.drives
    ]
    heard = video_format_for(target, options.options).stage.supports_audio
    if not heard and not requests and options.audio is not None:
        raise LimnerError(
            f"{target}: this format cannot contain sound; use .mp4 or .webm, or let the sound change something with "
            "`drive`"
        )
    if PACE in options.drive and animation.motion.kind.endswith(NO_MOTION):
        raise LimnerError(f"`drive` {PACE}: nothing moves whose pace could change; add a motion with `motion`")
    for artwork in artworks[1:]:
        for request in requests:
            range_of(request, artwork)
    passes = 1 if requests else max(1, options.repeat or 1)
    hold = max(1 / animation.fps, animation.motion.stage.end_seconds)  # of the last frame
    seconds = passes * ((animation.frames - 1) / animation.fps + hold)
    sound = soundtrack(path, options.audio_start or 0.0, seconds)
    if _measured_before(options, animation, recorded):
        drives = animation.drives
    else:
        drives = measured_drives(requests, artworks[0], sound.track, animation.frames, animation.fps)
    notes = [*filter(None, [sound.note]), *_ranges(requests, drives)]
    if not heard:
        notes.append(
            f"{target}: this format cannot contain sound{'; the sound only drives the picture' * bool(drives)}"
        )
    return SoundPlan(sound.track if heard else None, drives, tuple(notes))


def _source(options: MovieOptions, recorded: RecordedMovie | None) -> Path | None:
    """Return the file with the sound: the given one, or that of a movie that is rendered again; None for silence."""
    if options.audio == SILENT:
        return None
    if options.audio is not None:
        return arguments.check_path("audio", options.audio)
    return recorded.path if recorded and has_audio(recorded.path) else None


def _check_unused(options: MovieOptions, recorded: RecordedMovie | None) -> None:
    """Check that no option is given that has no effect in a silent movie.

    Raises:
        LimnerError: there is one.
    """
    if options.audio == SILENT and not (recorded and has_audio(recorded.path)):
        raise LimnerError(f"`audio`: {SILENT} removes the sound of a movie, and there is no sound; omit it")
    for name, given in (("drive", bool(options.drive)), ("audio_start", options.audio_start is not None)):
        if given:
            raise LimnerError(f"`{name}`: has no effect without a sound; add one with `audio`")


def _measured_before(options: MovieOptions, animation: Animation, recorded: RecordedMovie | None) -> bool:
    """Return whether the drives of a movie that is rendered again are those of the new one."""
    given = bool(options.drive) or options.audio is not None or options.audio_start is not None
    return not given and recorded is not None and animation.seconds == recorded.animation.seconds


def _ranges(requests: Sequence[DriveRequest], drives: Sequence[Drive]) -> list[str]:
    """Return notes about the ranges that were chosen."""
    chosen = {request.path for request in requests if request.range is None}
    return [
        f"{one.path}: {one.low:g} to {one.high:g}{' passes per minute' * (one.path == PACE)} with {one.signal}"
        for one in drives
        if one.path in chosen
    ]
