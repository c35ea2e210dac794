"""The seed of a movie: whether anything depends on it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from limner.app import LimnerError
from limner.app.artworks import open_movie
from limner.app.figures import is_unfinished
from limner.app.values import MAX_SEED, draw_seed
from limner_apps.animations.animation import Animation

if TYPE_CHECKING:
    from limner.app.artworks import Artwork

POSITIONS = (0.0, 0.37, 0.71)
"""Positions at which two seeds are compared."""


def uses_seed(animation: Animation, artworks: Sequence[Artwork]) -> bool:
    """Return whether a movie depends on its seed, by comparing stills of two seeds.

    Raises:
        LimnerError: the motion does not support the artworks.
    """
    other = animation.model_copy(update={"seed": (animation.seed + 1) % (MAX_SEED + 1)})
    one, two = animation.trajectory(artworks), other.trajectory(artworks)
    loudest = (int(drive.values.argmax()) / len(drive.values) for drive in animation.drives)
    stills = ((one(position), two(position)) for position in (*POSITIONS, *loudest))
    return any(a.artwork != b.artwork or a.time != b.time for a, b in stills)


def new_seed(path: str, *, force: bool) -> int:
    """Return a random seed for a movie; if an interrupted folder of frames is to be resumed, the one that it has.

    Args:
        path: the output.
        force: whether existing frames are overwritten.
    """
    if not force and is_unfinished(Path(path)):
        with suppress(LimnerError):  # a damaged frame is reported, or rendered again, when the movie is written
            movie = open_movie(path)
            if movie and isinstance(movie.playback, Animation):
                return movie.playback.seed
    return draw_seed()


def check_seed(seed: int | None, animation: Animation, *, random: bool) -> None:
    """Check that a given seed has an effect.

    Raises:
        LimnerError: nothing in the movie is random.
    """
    if seed is not None and not random:
        raise LimnerError(f"`seed`: nothing is random in the motion {animation.motion.kind}; omit it")
