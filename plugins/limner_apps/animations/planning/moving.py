"""The settings that move in a movie, from its options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from limner.plugin import LimnerError
from limner_apps.animations.audio.targets import PACE
from limner_apps.animations.moves.planned import plan_moves
from limner_apps.animations.moves.requests import parse_moves

if TYPE_CHECKING:
    from limner.app.artworks import Artwork
    from limner_apps.animations.animation import Animation
    from limner_apps.animations.planning.movie_options import MovieOptions

NO_MOTION = "still"


def motion_name(options: MovieOptions, artworks: Sequence[Artwork]) -> str | None:
    """Return the name of the motion: with moves or drives alone, nothing else moves; None for the default."""
    changes = bool(parse_moves(options.move)) or (bool(options.drive) and PACE not in options.drive)
    alone = options.motion is None and changes and len(artworks) == 1
    return NO_MOTION if alone and not options.set and options.strength is None else options.motion


def with_moves(animation: Animation, artworks: Sequence[Artwork], options: MovieOptions) -> Animation:
    """Return an animation with the moves that are given, besides its own of other settings.

    Raises:
        LimnerError: a setting cannot move, or an option is invalid or has no effect.
    """
    requests = parse_moves(options.move)
    ease = animation.ease if options.ease is None else options.ease
    paths = {request.path for request in requests}
    kept = tuple(move for move in animation.moves if move.path not in paths)
    if ease and not requests and not kept:
        raise LimnerError("`ease`: has no effect without a move; add one, such as `move` frame.scale=1..2")
    plain = animation.model_copy(update={"moves": ()})
    moves = plan_moves(requests, plain.trajectory(artworks), animation.seconds, ease, backend=options.backend)
    return animation.model_copy(update={"moves": (*kept, *moves), "ease": ease})


def notes_of(animation: Animation) -> tuple[str, ...]:
    """Return notes about the moves of a complete animation.

    Raises:
        LimnerError: nothing moves, or a setting that moves is driven by the sound, too.
    """
    moving = {move.path for move in animation.moves}
    if not animation.motion.stage.has_change and not animation.moves and not animation.drives:
        raise LimnerError(f"`motion` {animation.motion.kind}: nothing moves; add `move`, such as frame.scale=1..2")
    if both := next((drive.path for drive in animation.drives if drive.path in moving), ""):
        raise LimnerError(f"`drive` {both}: this setting moves, too; omit one of them")
    return tuple(note for move in animation.moves if (note := move.note(animation.seconds)))


def has_even_pace(animation: Animation, options: MovieOptions) -> bool:
    """Return whether every step of a movie is to change the picture about equally.

    Raises:
        LimnerError: it was asked for, but only single settings move.
    """
    motion = animation.motion.stage
    if options.even_pace and not motion.has_change:
        raise LimnerError("`even_pace`: has no effect on moves of settings; choose an easing with `ease`")
    return not motion.sets_pace if options.even_pace is None else options.even_pace
