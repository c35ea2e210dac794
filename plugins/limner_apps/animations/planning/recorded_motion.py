"""The motion of a movie that is rendered again, with the settings that options replace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from limner.app import LimnerError
from limner.app.registry import registry
from limner.app.values import unmet_condition
from limner_apps.animations.planning.motion_choice import choose_motion

if TYPE_CHECKING:
    from limner.app.artworks import Artwork
    from limner.plugin import StageSpec
    from limner_apps.animations.animation import Animation
    from limner_apps.animations.motion import Motion
    from limner_apps.animations.planning.movie_options import MovieOptions


def motion_with(animation: Animation, artworks: Sequence[Artwork], options: MovieOptions) -> StageSpec[Motion]:
    """Return the motion of a movie with the settings that are given; another motion has its own defaults.

    Settings that the motion has chosen by the artworks and the seed are chosen again if options change what they depend
    on. Recorded settings that have no effect with those that are given are omitted.

    Args:
        animation: what moves in the movie.
        artworks: the artworks in it.
        options: the options of the new one.

    Raises:
        LimnerError: the name, a setting or a value is unknown, or a setting has no effect.
    """
    own = animation.motion
    if options.motion is not None and not _is_called(own, options.motion):
        return choose_motion(artworks, options.motion, options.set, options.strength, options.caption)
    kept = _set_fields(own.stage)
    if options.set or options.seed is not None:
        kept = {name: value for name, value in kept.items() if name not in _chosen(animation, artworks)}
    short = {"strength": options.strength, "caption": options.caption}
    given = {**options.set, **{name: value for name, value in short.items() if value is not None}}
    kept = dict(_compatible(type(own.stage), kept, given))
    return choose_motion(artworks, own.kind, {**kept, **options.set}, options.strength, options.caption)


def _is_called(motion: StageSpec[Motion], name: str) -> bool:
    """Return whether a name is that of a motion; an unknown name is none."""
    known = registry()
    return known.has("motion", name) and known.entry("motion", name).canonical_name == motion.kind


def _default(cls: type[Motion], name: str) -> Any:
    return cls.model_fields[name].get_default(call_default_factory=True)


def _set_fields(stage: Motion) -> dict[str, Any]:
    """Return the settings of a motion that are not the defaults."""
    values = {name: getattr(stage, name) for name in type(stage).model_fields}
    return {name: value for name, value in values.items() if value != _default(type(stage), name)}


def _chosen(animation: Animation, artworks: Sequence[Artwork]) -> set[str]:
    """Return the settings that the motion has chosen itself: those that it chooses again if they are omitted."""
    recorded = animation.motion.stage
    chosen: set[str] = set()
    before = None
    while chosen != before:  # a setting may be chosen only together with another one
        before = set(chosen)
        for name in _set_fields(recorded).keys() - chosen:
            defaults = {one: _default(type(recorded), one) for one in (*chosen, name)}
            with suppress(LimnerError):
                again = recorded.model_copy(update=defaults).configured_for(artworks, animation.seed)
                chosen |= {name} if again == recorded else set()
    return chosen


def _compatible(cls: type[Motion], kept: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the recorded settings that have an effect besides those that are given."""
    replaced = {name for group in cls.exclusive_fields if given.keys() & {*group} for name in group}
    values = {**{name: _default(cls, name) for name in cls.model_fields}, **kept, **given}
    for name, value in kept.items():
        if name not in {*given, *replaced} and unmet_condition(cls, name, values) is None:
            yield name, value
