"""From what a user wants to move to moves that an artwork supports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from limner.app.artworks import Resetting
from limner.app.values import TypedText
from limner.plugin import LimnerError
from limner_apps.animations.moves.colors import has_hue
from limner_apps.animations.moves.easing import easing
from limner_apps.animations.moves.move import Move
from limner_apps.animations.moves.requests import MoveRequest
from limner_apps.animations.moves.ways import check_valid, with_way

if TYPE_CHECKING:
    from limner_apps.animations.motion import Trajectory

SCALES = ("scale", "zoom", "ratio", "frequency")
"""The last words of settings whose equal steps are equal ratios."""
SWAP = re.compile(r": `swap=[^`]*`$")
"""The end of errors that suggest another stage, as an argument that animations do not have."""
A_COLOUR, NO_COLOUR = "#123456", "no colour"
"""Texts that tell settings for colours from others: they accept only the first."""


def plan_moves(
    requests: Sequence[MoveRequest], trajectory: Trajectory, length: float, ease: str = "", *, backend: Any = "auto"
) -> tuple[Move, ...]:
    """Return the moves that are requested.

    Args:
        requests: what is to move.
        trajectory: the trajectory of the motion, without moves.
        length: the length of the movie in seconds.
        ease: the name of an easing; empty for smooth ways.
        backend: the array backend, for small pictures.

    Raises:
        LimnerError: a setting does not exist, cannot move or does not change the picture, or a value or the easing is
            invalid.
    """
    if ease:
        easing(ease)
    if not requests:
        return ()
    try:
        resetting = Resetting(trajectory(0.0).artwork, [request.path for request in requests])
        moves = [planned_move(request, resetting) for request in requests]
        check_valid(moves, resetting, length, ease)
    except LimnerError as error:
        text = SWAP.sub("; give the artwork this stage with `limner.restyle` first", str(error))
        raise error if text.startswith("`") else LimnerError(f"`move`: {text}") from error
    return tuple(with_way(move, trajectory, length, ease, backend) for move in moves)


def planned_move(request: MoveRequest, resetting: Resetting) -> Move:
    """Return a move there and back.

    Raises:
        LimnerError: the setting cannot move, or a value is invalid.
    """
    path = request.path
    before = resetting.values()[path]
    if isinstance(before, bool) or (isinstance(before, str) and not _are_colours(path, before, resetting)):
        what = "is true or false" if isinstance(before, bool) else f"{before!r} is a text or a choice"
        raise LimnerError(f"`move` {path}: {what} and cannot move; numbers and colours can")
    values = tuple(_read(text, path, resetting) for text in request.keyframes)
    if isinstance(values[0], tuple) and len({len(value) for value in values}) > 1:
        raise LimnerError(f"`move` {path}: the lists have different lengths; give as many values in each")
    if all(value == values[0] for value in values):
        raise LimnerError(f"`move` {path}: all values are the same; give two that differ")
    return Move(path=path, values=values, between=_between(path, values, resetting), period=request.period)


def _read(text: str, path: str, resetting: Resetting) -> Any:
    """Return a typed value as the setting has it.

    Raises:
        LimnerError: it is not a value of the setting.
    """
    return resetting.values(resetting.at({path: TypedText(text, path, "move")}))[path]


def _between(
    path: str, values: Sequence[Any], resetting: Resetting
) -> Literal["linear", "logarithmic", "whole", "colour", "hue"]:
    """Return how values are mixed.

    Raises:
        LimnerError: they are neither numbers nor colours, nor lists of them.
    """
    flat = [one for value in values for one in (value if isinstance(value, tuple) else (value,))]
    if flat and all(isinstance(one, str) for one in flat) and _are_colours(path, values[0], resetting):
        return "hue" if all(map(has_hue, flat)) else "colour"
    if not flat or not all(isinstance(one, int | float) and not isinstance(one, bool) for one in flat):
        raise LimnerError(
            f"`move` {path}: {values[0]!r} is a text or a choice and cannot move; numbers and colours can"
        )
    if all(isinstance(one, int) for one in flat):
        return "whole"
    is_scale = path.rpartition(".")[2].rpartition("_")[2] in SCALES
    return "logarithmic" if is_scale and all(one > 0 for one in flat) else "linear"


def _are_colours(path: str, value: Any, resetting: Resetting) -> bool:
    """Return whether a setting takes colours only, not any text."""

    def accepts(text: str) -> bool:
        try:
            resetting.at({path: (text,) * len(value) if isinstance(value, tuple) else text})
        except LimnerError:
            return False
        return True

    return accepts(A_COLOUR) and not accepts(NO_COLOUR)
