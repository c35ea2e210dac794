"""``limner.animate``: a movie of artworks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.app.artworks import Artwork
from limner.app.figures import video_format_for
from limner.app.registry import attributing, choose_backend, registry
from limner.app.values import arguments
from limner_apps.animations.estimate import check_cost, estimated_cost
from limner_apps.animations.film import Film, write_film
from limner_apps.animations.planning.backgrounds import background_of
from limner_apps.animations.planning.checks import check_types
from limner_apps.animations.planning.movie_options import MovieOptions
from limner_apps.animations.planning.plan import MoviePlan, plan_movie, with_even_pace
from limner_apps.animations.planning.sources import list_sources
from limner_apps.animations.states.strip import plan_strip

if TYPE_CHECKING:
    from limner.plugin import Backend


@attributing()
def animate(
    artworks: str | os.PathLike[str] | Artwork | Iterable[str | os.PathLike[str] | Artwork],
    path: str | os.PathLike[str] | None = None,
    *,
    motion: str | None = None,
    strength: float | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the same word as on the command line
    move: Mapping[str, str] | Sequence[str] = (),
    ease: str | None = None,
    seconds: float | None = None,
    fps: float | None = None,
    size: tuple[int, int] | None = None,
    supersample: int | None = None,
    repeat: int | None = None,
    audio: str | os.PathLike[str] | None = None,
    audio_start: float | None = None,
    drive: Mapping[str, str] | None = None,
    even_pace: bool | None = None,
    caption: bool | None = None,
    strip: str | os.PathLike[str] | None = None,
    strip_options: Mapping[str, Any] | None = None,
    background: str | None = None,
    seed: int | None = None,
    options: Mapping[str, Any] | None = None,
    yes: bool = False,
    force: bool = False,
    backend: str | Backend = "auto",
) -> Path:
    """Write a movie of artworks, and return its path.

        limner.animate("night-7.png", "loop.mp4", motion="parameters", seconds=8)

    Args:
        artworks: an artwork or its file, or several of them in order.
        path: the output; its suffix selects the video format, and a slash at the end a folder of frames. Default: the
            name of the first artwork, as MP4 if PyAV is installed, otherwise as WebP.
        motion: the name of the motion. Default: the one that suits the artworks.
        strength: how strongly the motion changes the artwork, short for its setting ``strength``.
        set: settings of the motion, by name.
        move: settings that move, ``{"frame.scale": "1..3", "color.dark": "navy..teal@2s"}``: the values that each of
            them passes, there and back, or once round if both ends show the same picture; and a period of its own.
            Without ``motion``, nothing else moves.
        ease: the easing of the moves from each value to the next: ``in-out``, or any other of CSS. Default: smooth.
        seconds: the length of the movie. Default: that of the sound, otherwise 6, or 6 from one artwork to the next.
        fps: frames per second. Default: 30.
        size: width and height, in pixels. Default: the size of the artworks.
        supersample: samples per pixel along each side; they are averaged. Default: 1, or that of a movie.
        repeat: how often the movie plays, 0 for forever. GIF, WebP and APNG store the number; MP4 and WebM store the
            frames again. Default: forever if the format can store that, otherwise once.
        audio: a sound file, or a video with sound; MP4 and WebM contain its sound. The movie is as long as the sound
            unless ``seconds`` is given; then the sound is repeated or cut. A movie that is rendered again keeps its
            sound; ``none`` removes it. Needs PyAV.
        audio_start: where to start in the sound, in seconds. Default: 0.
        drive: what the sound changes: signals by path, ``{"encoder.latent": "bass", "frame.scale":
            "loudness:1..1.5"}``. A path is a setting, an encoder with a latent vector, or ``motion`` for its pace. A
            signal is ``loudness``, ``onset``, ``bass``, ``mid``, ``treble`` or a band such as ``300-800hz``; a range
            after it has the values at silence and at the loudest moments.
        even_pace: re-time the motion so that every step changes the picture about equally. Default: yes, unless the
            motion shows real moments, such as the steps of a fit.
        caption: write captions on the frames: the step and the PSNR of a fit. Default: yes, if the motion has some.
        strip: a file for a strip: the original and some states of a fit. Without ``path`` there is no movie.
        strip_options: settings of the strip, ``{"count": 5}``.
        background: a CSS colour behind transparent areas. Default: none if the format stores transparency, otherwise
            white.
        seed: the seed of everything random. Default: a random one.
        options: settings of the video format, by name.
        yes: allow more than 20,000 frames, or more than an hour of work.
        force: overwrite an existing file.
        backend: an array backend or its name; ``auto`` uses CuPy if it runs on this machine, otherwise NumPy.

    Raises:
        LimnerError: an artwork cannot be read, the motion does not support it, an option is invalid or has no effect,
            or the movie cannot be written.
        PluginError: a stage of an installed package failed.
    """
    given = MovieOptions(
        motion=motion,
        strength=strength,
        set=arguments.check_mapping("set", set, "{'direction': 'out'}"),
        move=() if move is None else move,
        ease=ease,
        seconds=seconds,
        fps=fps,
        size=size,
        supersample=supersample,
        repeat=repeat,
        audio=audio,
        audio_start=audio_start,
        drive=arguments.check_mapping("drive", drive, "{'frame.scale': 'bass'}"),
        even_pace=even_pace,
        caption=caption,
        strip=strip,
        strip_options=arguments.check_mapping("strip_options", strip_options, "{'count': 5}"),
        background=background,
        seed=seed,
        options=arguments.check_mapping("options", options, "{'crf': 23}"),
        yes=yes,
        force=force,
        backend=backend,
    )
    check_types(given)
    sources = list_sources(artworks)
    still = plan_strip(sources, given, alone=path is None)
    if still and path is None:
        return still.write()
    movie = write_movie(plan_movie(sources, path, given))
    if still:
        still.write()
    return movie


def write_movie(plan: MoviePlan, report: Callable[[str], None] | None = None) -> Path:
    """Write a movie, and return its path; ``report`` is called with the estimated cost of a large one.

    Raises:
        LimnerError: the movie is very long and not confirmed, or it cannot be written.
    """
    options = plan.options
    film = Film(
        plan.animation,
        plan.artworks,
        plan.size,
        choose_backend(options.backend, registry()),
        video_format_for(plan.path, options.options).stage,
        options.supersample or 1,
        options.repeat or 0,
        plan.audio,
        background_of(options),
    )
    cost = estimated_cost(film)
    check_cost(plan.path, cost, yes=options.yes)
    if cost and report:
        report(f"{plan.path}: {cost}")
    film = replace(film, animation=with_even_pace(plan).animation)
    write_film(plan.path, film, options.options, force=options.force)
    return Path(plan.path)
