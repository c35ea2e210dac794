"""The options of ``limner animate``, in the words of the command and of the function."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from limner.plugin import Backend


@dataclass(frozen=True, kw_only=True)
class MovieOptions:
    """The options of a movie. None, or an empty value, stands for an option that is not given.

    Attributes:
        motion: the name of the motion.
        strength: the setting ``strength`` of the motion.
        set: settings of the motion, by name.
        seconds: the length of the movie.
        fps: frames per second.
        size: width and height, in pixels.
        supersample: samples per pixel along each side.
        repeat: how often the movie is played; 0 repeats forever.
        move: moves of single settings, ``PATH=A..B``, or values by path.
        ease: the name of the easing of moves.
        audio: a file with sound.
        audio_start: where to start in the sound, in seconds.
        drive: what the sound changes: signals by path.
        even_pace: whether every step changes the picture about equally.
        caption: whether captions are written on the frames.
        strip: a file for a strip of states.
        strip_options: settings of the strip, by name.
        background: a CSS colour behind transparent areas.
        seed: the seed of everything random.
        options: settings of the video format, by name.
        yes: whether a very long movie is allowed.
        force: whether an existing file is overwritten.
        backend: an array backend or its name.
    """

    motion: str | None = None
    strength: float | None = None
    set: Mapping[str, Any] = field(default_factory=dict)
    seconds: float | None = None
    fps: float | None = None
    size: tuple[int, int] | None = None
    supersample: int | None = None
    repeat: int | None = None
    move: Sequence[str] | Mapping[str, str] = ()
    ease: str | None = None
    audio: str | os.PathLike[str] | None = None
    audio_start: float | None = None
    drive: Mapping[str, str] = field(default_factory=dict)
    even_pace: bool | None = None
    caption: bool | None = None
    strip: str | os.PathLike[str] | None = None
    strip_options: Mapping[str, Any] = field(default_factory=dict)
    background: str | None = None
    seed: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    yes: bool = False
    force: bool = False
    backend: str | Backend = "auto"
