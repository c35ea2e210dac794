"""The way of a move: there and back, or one way if both ends show the same picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.app.artworks import Resetting
from limner.plugin import LimnerError
from limner_apps.animations.moves.move import Move
from limner_apps.animations.previews import preview_size

if TYPE_CHECKING:
    from limner.app.artworks import Still
    from limner_apps.animations.motion import Trajectory

SIDE = 64
"""The longer side of the pictures that are compared, in pixels."""
POSITIONS = (0.0, 0.37)
"""The positions of the motion at which pictures are compared: a setting may have no effect at the start."""
SHARES = (0.19, 0.37, 0.5, 0.73)
"""The shares of the way at which the picture is compared with that at the start."""
SAME = 2e-3
"""The mean difference of two pictures, of levels 0 to 1, below which they count as the same: rounding in float32."""
NOTHING = 2e-5
"""The mean difference below which a move does nothing; that of single levels in single pixels is larger."""
NUM_CHECKS = 64
"""The number of values on the way that are validated."""


def check_valid(moves: Sequence[Move], resetting: Resetting, length: float, ease: str) -> None:
    """Check that all moves together have valid values on their way.

    Raises:
        LimnerError: a value is invalid, for example because an easing goes beyond the ends.
    """
    for share in np.linspace(0.0, 1.0, NUM_CHECKS):
        resetting.at({move.path: move.value_at(share * (move.period or length), length, ease) for move in moves})


def with_way(move: Move, trajectory: Trajectory, length: float, ease: str, backend: Any) -> Move:
    """Return a move that goes one way if both ends show the same picture, such as a full turn.

    Args:
        move: the move, there and back.
        trajectory: the trajectory of the motion, without moves.
        length: the length of the movie in seconds.
        ease: the name of an easing; empty for a smooth way.
        backend: the array backend.

    Raises:
        LimnerError: the setting does not change the picture.
    """
    one_way = move.model_copy(update={"returns": False})
    cycle = move.period or length
    values = [one_way.value_at(share * cycle, length, ease) for share in SHARES]
    at_ends = changes = 0.0
    for position in POSITIONS:
        still = trajectory(position)
        first, last, *others = _pictures(still, move.path, [move.values[0], move.values[-1], *values], backend)
        at_ends = max(at_ends, _difference(first, last))
        changes = max(changes, *(_difference(first, other) for other in others))
    if max(at_ends, changes) < NOTHING:
        raise LimnerError(f"`move` {move.path}: does not change the picture; move another setting, or move it farther")
    return one_way if at_ends < min(SAME, changes / 10) else move


def _pictures(still: Still, path: str, values: Sequence[Any], backend: Any) -> list[np.ndarray]:
    """Return small pictures of a still with values of a setting, levels 0 to 1."""
    size = preview_size(still.artwork.size, SIDE)
    resetting = Resetting(still.artwork, [path])
    artworks = (resetting.at({path: value}) for value in values)
    return [
        artwork.render(size, bits=16, time=still.time, backend=backend).astype(np.float64) / 65535
        for artwork in artworks
    ]


def _difference(one: np.ndarray, two: np.ndarray) -> float:
    return float(np.abs(one - two).mean())
