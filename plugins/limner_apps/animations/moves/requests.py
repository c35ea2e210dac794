"""What a user wants to move: ``frame.scale=1..3@2s``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from limner.plugin import LimnerError

EXAMPLE = "frame.scale=1..3"
MAX_KEYFRAMES = 1_000
MAX_SECONDS = 86_400.0
DURATION = re.compile(r"\+?([0-9.]+(?:e-?[0-9]+)?)\s*(s|ms)", re.IGNORECASE)


@dataclass(frozen=True)
class MoveRequest:
    """What a user wants to move.

    Attributes:
        path: the path of a setting.
        keyframes: the values, as typed.
        period: the duration of a cycle in seconds; 0 for that of the movie.
    """

    path: str
    keyframes: tuple[str, ...]
    period: float = 0.0


def parse_moves(moves: Iterable[str] | Mapping[str, str]) -> list[MoveRequest]:
    """Return what is to move.

    Args:
        moves: texts such as ``frame.scale=1..3@2s``, or values by path: ``{"frame.scale": "1..3@2s"}``.

    Raises:
        LimnerError: there are no texts, a text has another form, a path occurs twice, or a period is invalid.
    """
    if not isinstance(moves, Iterable):
        raise LimnerError(f"`move`: must be texts such as {EXAMPLE!r}, or a dict of them, got {moves!r}")
    pairs = moves.items() if isinstance(moves, Mapping) else map(_split, [moves] if isinstance(moves, str) else moves)
    out: dict[str, MoveRequest] = {}
    for path, text in pairs:
        if not isinstance(path, str):
            raise LimnerError(f"`move`: keys must be paths of settings such as 'frame.scale', got {path!r}")
        if path in out:
            raise LimnerError(f"`move` {path}: is given twice; write all values in one move, such as {path}=A..B..C")
        out[path] = _parse(path, text)
    return list(out.values())


def _split(text: Any) -> tuple[str, str]:
    """Return the path and the values."""
    path, equals, values = str(text).partition("=")
    if not (path.strip() and equals and values.strip()):
        raise LimnerError(f"`move` {str(text)!r}: must have the form PATH=A..B, for example {EXAMPLE}")
    return path.strip(), values.strip()


def _parse(path: str, text: Any) -> MoveRequest:
    if not isinstance(text, str):
        raise LimnerError(f"`move` {path}: must be a text such as '1..3', got {text!r}")
    values, at, duration = text.partition("@")
    keyframes = tuple(part.strip() for part in values.split(".."))
    if len(keyframes) < 2 or not all(keyframes):
        raise LimnerError(f"`move` {path}: must have the form {path}=A..B, got {values.strip()!r}")
    if len(keyframes) > MAX_KEYFRAMES:
        raise LimnerError(f"`move` {path}: has {len(keyframes):,} values; use at most {MAX_KEYFRAMES:,}")
    return MoveRequest(path, keyframes, _seconds(path, duration.strip()) if at else 0.0)


def _seconds(path: str, text: str) -> float:
    """Return a period in seconds.

    Raises:
        LimnerError: the text is no duration, or out of range.
    """
    found = DURATION.fullmatch(text)
    try:
        seconds = float(found[1]) / (1000 if found[2].lower() == "ms" else 1) if found else 0.0
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= MAX_SECONDS:
        raise LimnerError(
            f"`move` {path}: the period {text!r} must be a time above 0 and at most {MAX_SECONDS:,.0f} s, such as @2s"
        )
    return seconds
