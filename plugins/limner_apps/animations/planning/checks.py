"""The checks of the options of a movie that need nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING

from limner.app import LimnerError
from limner.app.values import MAX_SEED, arguments

if TYPE_CHECKING:
    from limner.app.artworks import Artwork
    from limner_apps.animations.animation import Animation
    from limner_apps.animations.planning.movie_options import MovieOptions

MAX_SECONDS = 86_400.0
MAX_FPS = 240.0
MAX_SUPERSAMPLE = 16


def check_options(options: MovieOptions) -> None:
    """Check the numbers among the options that have a range in every movie.

    Raises:
        LimnerError: a number is out of range, or is none.
    """
    _check_positive("seconds", options.seconds, MAX_SECONDS)
    _check_positive("fps", options.fps, MAX_FPS)
    _check_positive("strength", options.strength, float("inf"))
    supersample = 1 if options.supersample is None else arguments.check_int("supersample", options.supersample)
    if not 1 <= supersample <= MAX_SUPERSAMPLE:
        raise LimnerError(f"`supersample`: must be 1 to {MAX_SUPERSAMPLE}, got {options.supersample}")
    if options.repeat is not None:
        arguments.check_int("repeat", options.repeat)
    if options.seed is not None and not 0 <= arguments.check_int("seed", options.seed) <= MAX_SEED:
        raise LimnerError(f"`seed`: must be 0 to {MAX_SEED}, got {options.seed}")


def check_types(options: MovieOptions) -> None:
    """Check the types of texts and switches.

    Raises:
        LimnerError: an argument has another type.
    """
    if isinstance(options.move, Mapping) or not isinstance(options.move, Iterable):
        arguments.check_mapping("move", options.move, "{'frame.scale': '1..3'}")
    if options.ease is not None:
        arguments.check_str("ease", options.ease)
    for name in ("even_pace", "caption"):
        if not isinstance(value := getattr(options, name), bool | None):
            raise LimnerError(f"`{name}`: must be True or False, got {arguments.show_value(value)}")


def check_frames(animation: Animation) -> None:
    """Check that a movie has at least two frames.

    Raises:
        LimnerError: it has a single one.
    """
    if animation.frames < 2:
        least = 2 / animation.fps
        raise LimnerError(
            f"`seconds`: {animation.seconds:g} seconds at {animation.fps:g} frames per second are a single frame; "
            f"choose at least {least:.2g} seconds, or more `fps`"
        )


def _check_positive(name: str, value: float | None, most: float) -> None:
    """Check that a number is above 0, if it is given.

    Raises:
        LimnerError: the number is out of range, or not finite.
    """
    if value is None:
        return
    number = arguments.check_number(name, value)
    if not (isfinite(number) and 0 < number <= most):
        limit = f" and at most {most:,.0f}" if isfinite(most) else ""
        raise LimnerError(f"`{name}`: must be above 0{limit}, got {number:g}")


def check_renderable(names: Sequence[str], artworks: Sequence[Artwork]) -> None:
    """Check that artworks have pictures of their own, which can move.

    Raises:
        LimnerError: one converts pictures.
    """
    for name, artwork in zip(names, artworks, strict=True):
        if not artwork.model.is_renderable:
            raise LimnerError(f"{name}: converts pictures and has none of its own; apply it with `limner.translate`")


def check_size(names: Sequence[str], artworks: Sequence[Artwork], size: tuple[int, int] | None) -> tuple[int, int]:
    """Return the size of the frames: the given one, or that of the artworks.

    Raises:
        LimnerError: artworks differ in size and no size is given.
    """
    if size is not None:
        width, height = arguments.check_ints("size", size, 2)
        return width, height
    first = artworks[0].size
    for name, artwork in zip(names, artworks, strict=True):
        if artwork.size != first:
            sizes = [f"{one.size[0]}x{one.size[1]}" for one in (artworks[0], artwork)]
            raise LimnerError(
                f"`size`: {names[0]} has {sizes[0]} pixels and {name} {sizes[1]}; give the size of the movie"
            )
    return first
