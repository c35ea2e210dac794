"""Trajectories whose stills have moved settings."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from limner.app.artworks import Resetting
from limner_apps.animations.moves.move import Move

if TYPE_CHECKING:
    from limner.app.artworks import Artwork, Still
    from limner_apps.animations.motion import Trajectory

MAX_RESETTINGS = 8
"""The number of recipes whose settings are resolved at a time. Motions through θ have a single recipe."""


def moved(trajectory: Trajectory, moves: Sequence[Move], length: float, ease: str = "") -> Trajectory:
    """Return a trajectory whose stills have the moved settings of their position in time.

    Args:
        trajectory: the trajectory in time.
        moves: the moves.
        length: the length of the movie in seconds.
        ease: the name of an easing; empty for smooth ways.

    Raises:
        LimnerError: also when stills are asked for: a moved setting does not exist.
    """
    if not moves:
        return trajectory
    known: deque[Resetting] = deque(maxlen=MAX_RESETTINGS)

    def resetting(art: Artwork) -> Resetting:
        found = next((one for one in list(known) if one.artwork.recipe is art.recipe), None)
        if found is None:
            found = Resetting(art, [move.path for move in moves])
            known.append(found)
        return found

    def at(position: float) -> Still:
        still = trajectory(position)
        values = {move.path: move.value_at(position * length, length, ease) for move in moves}
        return still.with_each(lambda artwork: resetting(artwork).at(values, artwork))

    return at
