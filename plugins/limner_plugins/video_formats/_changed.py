"""What changes from one frame to the next: formats that can do so write that alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class ChangedBox(NamedTuple):
    """A rectangle of pixels; ``right`` and ``bottom`` lie outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.bottom - self.top

    def crop(self, frame: np.ndarray) -> np.ndarray:
        """That part of a frame ``(h, w, ...)``."""
        return frame[self.top : self.bottom, self.left : self.right]


def full_box(frame: np.ndarray) -> ChangedBox:
    """All of a frame."""
    return ChangedBox(0, 0, frame.shape[1], frame.shape[0])


def changed_box(changed: np.ndarray, align: int = 1) -> ChangedBox:
    """The smallest box, its left and top multiples of ``align``, round what is true in ``(h, w)``.

    A pixel where nothing is: a frame has one at the least.
    """
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if not rows.size:
        return ChangedBox(0, 0, 1, 1)
    left, top = (int(places[0]) // align * align for places in (columns, rows))
    return ChangedBox(left, top, int(columns[-1]) + 1, int(rows[-1]) + 1)


def changed_pixels(frame: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Where two frames ``(h, w, c)`` differ, ``(h, w)``."""
    places: np.ndarray = (frame != before).any(axis=2)
    return places


class ChangeTracker:
    """The part of each frame that changes; it remembers the frame before."""

    def __init__(self, align: int = 1) -> None:
        """Remember no frame; left and top of each box will be multiples of ``align``."""
        self._align = align
        self._before: np.ndarray | None = None

    def next_box(self, frame: np.ndarray) -> ChangedBox:
        """Return what differs from the frame before, or all of the first one."""
        before, self._before = self._before, frame.copy()
        return full_box(frame) if before is None else changed_box(changed_pixels(frame, before), self._align)
