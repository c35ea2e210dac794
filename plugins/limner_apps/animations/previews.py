"""Small pictures, on which movies are measured before they are made."""

from __future__ import annotations


def preview_size(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return a size of the same shape with at most ``side`` pixels on the longer side, and at least 1 on the other."""
    shrink = max(1.0, max(size) / side)
    return max(1, round(size[0] / shrink)), max(1, round(size[1] / shrink))
