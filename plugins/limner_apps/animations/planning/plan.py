"""The plan of a movie: everything that its options mean, checked before the first frame."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from limner.app.registry import stage_error
from limner.app.values import arguments
from limner_apps.animations.animation import Animation
from limner_apps.animations.planning.backgrounds import background_notes, check_background
from limner_apps.animations.planning.checks import (
    MAX_SECONDS,
    check_frames,
    check_options,
    check_renderable,
    check_size,
)
from limner_apps.animations.planning.fit_states import with_states
from limner_apps.animations.planning.motion_choice import choose_motion
from limner_apps.animations.planning.movie_options import MovieOptions
from limner_apps.animations.planning.moving import has_even_pace, motion_name, notes_of, with_moves
from limner_apps.animations.planning.output import check_output, default_suffix, output_path
from limner_apps.animations.planning.recorded import open_recorded
from limner_apps.animations.planning.seeds import check_seed, new_seed, uses_seed
from limner_apps.animations.planning.sound import check_sound_options, plan_sound, seconds_of
from limner_apps.animations.planning.sources import list_sources, open_sources
from limner_apps.animations.playhead.measure import measured_playhead

if TYPE_CHECKING:
    from limner.app.artworks import Artwork
    from limner.app.figures import AudioTrack
    from limner_apps.animations.motion import Motion

DEFAULT_FPS = 30.0


@dataclass(frozen=True)
class MoviePlan:
    """A movie that can be written.

    Attributes:
        artworks: the artworks, in order.
        animation: what moves, and how.
        path: the output; a slash at the end stands for a folder of frames.
        size: width and height, in pixels.
        options: all options.
        random: whether the movie depends on the seed.
        audio: the sound that the movie contains; None for a silent movie.
        notes: notes for the person who makes the movie.
        even_pace: whether the playhead is to be set so that every step changes the picture equally.
    """

    artworks: tuple[Artwork, ...]
    animation: Animation
    path: str
    size: tuple[int, int]
    options: MovieOptions
    random: bool = False
    even_pace: bool = True
    audio: AudioTrack | None = None
    notes: tuple[str, ...] = ()

    @property
    def closes(self) -> bool:
        """Whether the movie is a loop."""
        return self.animation.closes_with(self.artworks)


def plan_movie(sources: Any, path: str | os.PathLike[str] | None, options: MovieOptions) -> MoviePlan:
    """Return the plan of a movie, after checking all of it.

    Args:
        sources: an artwork or its file, or several of them in order.
        path: the output; None for the name of the first artwork.
        options: the options.

    Raises:
        LimnerError: an artwork cannot be read, the motion does not support it, an option is invalid or has no effect,
            or the movie cannot be written.
    """
    check_options(options)
    check_sound_options(options)
    check_background(options)
    sources = list_sources(sources)
    recorded = open_recorded(sources)
    names, artworks = recorded.sources if recorded else open_sources(sources)
    check_renderable(names, artworks)
    options = with_states(sources, recorded.defaults(options) if recorded else options)
    size = check_size(names, artworks, options.size)
    suffix = default_suffix(options.options.get("kind"), recorded.path if recorded else None)
    target = output_path(path, [recorded.default_name(size)] if recorded else names, suffix)
    animation = recorded.animation_with(options) if recorded else _animation(artworks, target, options)
    check_frames(animation)
    check_output(target, size, animation.fps, options)
    animation = with_moves(animation, artworks, options)
    sound = plan_sound(options, target, animation, artworks, recorded)
    animation = animation.model_copy(update={"drives": sound.drives})
    random = uses_seed(animation, artworks)
    check_seed(options.seed, animation, random=random)
    if not (random or recorded):
        animation = animation.model_copy(update={"seed": 0})  # the same command writes the same file
    animation = _configured(animation, artworks)
    even_pace = has_even_pace(animation, options)
    if recorded and not options.even_pace:
        even_pace = recorded.needs_pace(animation, options)
    notes = (*animation.motion.stage.notes(artworks, names), *notes_of(animation), *sound.notes)
    notes = (*notes, *background_notes(options, artworks))
    return MoviePlan(tuple(artworks), animation, target, size, options, random, even_pace, sound.track, notes)


def with_even_pace(plan: MoviePlan) -> MoviePlan:
    """Return a plan with the playhead that its even pace needs; it is measured on small pictures.

    Raises:
        LimnerError: a picture cannot be rendered.
    """
    steps = plan.animation.frames - (not plan.closes)
    if not plan.even_pace or steps < 2:
        return plan
    motion = plan.animation.motion.stage
    trajectory, bounds = motion.trajectory(plan.artworks, plan.animation.seed), motion.part_bounds(plan.artworks)
    playhead = measured_playhead(trajectory, plan.size, steps, plan.options.backend, bounds)
    return replace(plan, animation=plan.animation.model_copy(update={"playhead": playhead}))


def _animation(artworks: Sequence[Artwork], path: str, options: MovieOptions) -> Animation:
    """Return what moves in the movie.

    Raises:
        LimnerError: the motion does not support the artworks, or an option is invalid or has no effect.
    """
    motion = choose_motion(artworks, motion_name(options, artworks), options.set, options.strength, options.caption)
    return Animation(
        motion=motion,
        artworks=len(artworks),
        seed=new_seed(path, force=options.force) if options.seed is None else options.seed,
        seconds=seconds_of(options, _default_seconds(motion.stage, artworks), MAX_SECONDS),
        fps=DEFAULT_FPS if options.fps is None else options.fps,
    )


def _default_seconds(motion: Motion, artworks: Sequence[Artwork]) -> float:
    """Return the length that a motion proposes, in seconds."""
    seconds = motion.default_seconds(artworks)
    if not isinstance(seconds, int | float) or not 0 < seconds <= MAX_SECONDS:
        problem = f"default_seconds() must return more than 0 seconds, got {arguments.show_value(seconds)}"
        raise stage_error(motion, problem)
    return float(seconds)


def _configured(animation: Animation, artworks: Sequence[Artwork]) -> Animation:
    """Return an animation whose motion has the settings that it chooses by the artworks, so that movies record them.

    Raises:
        LimnerError: the motion does not support the artworks.
    """
    motion = animation.motion
    stage = motion.stage.configured_for(artworks, animation.seed)
    if type(stage) is not type(motion.stage):
        problem = f"configured_for() must return a motion of its class, got {arguments.show_value(stage)}"
        raise stage_error(motion.stage, problem)
    return animation.model_copy(update={"motion": replace(motion, stage=stage)})
