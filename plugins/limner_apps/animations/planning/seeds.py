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
    from limner_apps.animations.motion import Trajectory

POSITIONS = (0.0, 0.37, 0.71)
"""Positions at which two seeds are compared."""
SEED_STEPS = (1, 2, 3)
"""Differences to the seeds that are compared: two of them may draw the same by chance, such as the same weight."""


def uses_seed(animation: Animation, artworks: Sequence[Artwork]) -> bool:
    """Return whether a movie depends on its seed, by comparing stills of a few seeds.

    Raises:
        LimnerError: the motion does not support the artworks.
    """
    loudest = (int(drive.values.argmax()) / len(drive.values) for drive in animation.drives)
    positions, own = (*POSITIONS, *loudest), animation.trajectory(artworks)
    others = (animation.model_copy(update={"seed": (animation.seed + step) % (MAX_SEED + 1)}) for step in SEED_STEPS)
    return any(_differ(own, other.trajectory(artworks), positions) for other in others)


def _differ(one: Trajectory, other: Trajectory, positions: Sequence[float]) -> bool:
    """Return whether two trajectories have different stills at one of some positions."""
    stills = ((one(position), other(position)) for position in positions)
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
