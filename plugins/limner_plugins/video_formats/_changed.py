"""The part of a frame that changes from the previous one; formats that can store parts write only that."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class ChangedBox(NamedTuple):
    """A rectangle of pixels; ``right`` and ``bottom`` are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """The width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """The height in pixels."""
        return self.bottom - self.top

    def crop(self, frame: np.ndarray) -> np.ndarray:
        """Return the part of a frame ``(h, w, ...)`` inside the box."""
        return frame[self.top : self.bottom, self.left : self.right]


def full_box(frame: np.ndarray) -> ChangedBox:
    """Return the box of a whole frame."""
    return ChangedBox(0, 0, frame.shape[1], frame.shape[0])


def changed_box(changed: np.ndarray, align: int = 1) -> ChangedBox:
    """Return the smallest box around the true elements of a mask ``(h, w)``.

    Its left and top are multiples of ``align``. If no element is true, the box has one pixel, because frames cannot be
    empty.
    """
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if not rows.size:
        return ChangedBox(0, 0, 1, 1)
    left, top = (int(indices[0]) // align * align for indices in (columns, rows))
    return ChangedBox(left, top, int(columns[-1]) + 1, int(rows[-1]) + 1)


def changed_pixels(frame: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return a mask ``(h, w)`` of the pixels in which two frames ``(h, w, c)`` differ."""
    mask: np.ndarray = (frame != before).any(axis=2)
    return mask


class ChangeTracker:
    """The changes from frame to frame.

    Args:
        align: left and top of each box are multiples of it.
    """

    def __init__(self, align: int = 1) -> None:
        self._align = align
        self._before: np.ndarray | None = None

    def next_box(self, frame: np.ndarray) -> ChangedBox:
        """Return the box in which a frame differs from the previous one; for the first frame, all of it."""
        before, self._before = self._before, frame.copy()
        return full_box(frame) if before is None else changed_box(changed_pixels(frame, before), self._align)
