"""The plan of a movie: everything that its options mean, checked before the first frame."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from limner_apps.animations.animation import Animation
from limner_apps.animations.planning.checks import MAX_SECONDS, check_options, check_size
from limner_apps.animations.planning.fit_states import with_states
from limner_apps.animations.planning.motion_choice import choose_motion
from limner_apps.animations.planning.movie_options import MovieOptions
from limner_apps.animations.planning.moving import motion_name, notes_of, with_moves
from limner_apps.animations.planning.output import check_output, output_path
from limner_apps.animations.planning.recorded import RecordedMovie, open_recorded
from limner_apps.animations.planning.seeds import check_seed, new_seed, uses_seed
from limner_apps.animations.planning.sound import check_sound_options, plan_sound, seconds_of
from limner_apps.animations.planning.sources import open_sources
from limner_apps.animations.playhead.measure import measured_playhead

if TYPE_CHECKING:
    from limner.app.artworks import Artwork
    from limner.app.figures import AudioTrack

DEFAULT_SECONDS = 6.0
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
    if recorded := open_recorded(sources):
        return _plan_again(recorded, path, options)
    names, artworks = open_sources(sources)
    options = with_states(names, options)
    target = output_path(path, names)
    size = check_size(names, artworks, options.size)
    fps = DEFAULT_FPS if options.fps is None else options.fps
    check_output(target, size, fps, options.options, force=options.force)
    animation = with_moves(_animation(artworks, target, options), artworks, options)
    sound = plan_sound(options, target, animation, artworks)
    animation = animation.model_copy(update={"drives": sound.drives})
    random = uses_seed(animation, artworks)
    check_seed(options.seed, animation, random=random)
    animation = _configured(animation, artworks)
    even_pace = not animation.motion.stage.sets_pace if options.even_pace is None else options.even_pace
    notes = (*animation.motion.stage.notes(artworks, names), *notes_of(animation), *sound.notes)
    return MoviePlan(tuple(artworks), animation, target, size, options, random, even_pace, sound.track, notes)


def _plan_again(recorded: RecordedMovie, path: str | os.PathLike[str] | None, options: MovieOptions) -> MoviePlan:
    """Return the plan of a movie that is rendered again: given options replace what it has recorded.

    Raises:
        LimnerError: the motion does not support the artworks, an option is invalid or has no effect, or the movie
            cannot be written.
    """
    size = check_size([], [], options.size or recorded.size)
    target = output_path(path, [recorded.default_name(size)])
    animation = with_moves(recorded.animation_with(options), recorded.artworks, options)
    sound = plan_sound(options, target, animation, recorded.artworks, recorded)
    animation = animation.model_copy(update={"drives": sound.drives})
    random = uses_seed(animation, recorded.artworks)
    check_seed(options.seed, animation, random=random)
    even_pace = recorded.needs_pace(animation, options)
    notes = (*notes_of(animation), *sound.notes)
    return MoviePlan(recorded.artworks, animation, target, size, options, random, even_pace, sound.track, notes)


def with_even_pace(plan: MoviePlan) -> MoviePlan:
    """Return a plan with the playhead that its even pace needs; it is measured on small pictures.

    Raises:
        LimnerError: a picture cannot be rendered.
    """
    steps = plan.animation.frames - (not plan.closes)
    if not plan.even_pace or steps < 2:
        return plan
    motion = plan.animation.motion.stage.trajectory(plan.artworks, plan.animation.seed)
    playhead = measured_playhead(motion, plan.size, steps, plan.options.backend)
    return replace(plan, animation=plan.animation.model_copy(update={"playhead": playhead}))


def _animation(artworks: Sequence[Artwork], path: str, options: MovieOptions) -> Animation:
    """Return what moves in the movie.

    Raises:
        LimnerError: the motion does not support the artworks, or an option is invalid or has no effect.
    """
    return Animation(
        motion=choose_motion(artworks, motion_name(options, artworks), options.set, options.strength, options.caption),
        artworks=len(artworks),
        seed=new_seed(path, force=options.force) if options.seed is None else options.seed,
        seconds=seconds_of(options, DEFAULT_SECONDS, MAX_SECONDS),
        fps=DEFAULT_FPS if options.fps is None else options.fps,
    )


def _configured(animation: Animation, artworks: Sequence[Artwork]) -> Animation:
    """Return an animation whose motion has the settings that it chooses by the artworks, so that movies record them.

    Raises:
        LimnerError: the motion does not support the artworks.
    """
    motion = animation.motion
    stage = motion.stage.configured_for(artworks, animation.seed)
    return animation.model_copy(update={"motion": replace(motion, stage=stage)})
