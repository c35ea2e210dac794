"""Pauses of a walk at each of its stations, and soft starts and stops in between."""

from __future__ import annotations


def smoothstep(share: float) -> float:
    """Return a share of a way, 0 to 1, that starts and ends slowly: 3 t² - 2 t³."""
    return share * share * (3.0 - 2.0 * share)


def after_pauses(share: float, pause: float) -> float:
    """Return the share of the way from one station to the next after pauses at both of them.

    Args:
        share: the share of the time, 0 to 1.
        pause: the share of the time that the walk rests, half of it at each station; less than 1.
    """
    moved = (share - 0.5 * pause) / (1.0 - pause)
    return smoothstep(min(max(moved, 0.0), 1.0))
