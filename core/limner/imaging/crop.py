"""Cutting a place out of a picture, with a margin, in the proportions that are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from limner.imaging.planes import resized, to_uint8


@dataclass(frozen=True)
class Detection:
    """A part of a picture that may be a face.

    Attributes:
        left: of its left edge from the picture's, pixels.
        top: likewise, of its upper edge.
        width: pixels.
        height: likewise.
        score: how sure the detector is, 0 to 1; two detectors' scores do not compare.
        doubt: why it is taken for none after all, as a few words for people; empty where it is a face.
    """

    left: float
    top: float
    width: float
    height: float
    score: float = 1.0
    doubt: str = ""

    def overlap(self, other: Detection) -> float:
        """Return the area that two boxes share, as a fraction of the smaller one's: 1 if one lies in the other."""
        wide = min(self.left + self.width, other.left + other.width) - max(self.left, other.left)
        tall = min(self.top + self.height, other.top + other.height) - max(self.top, other.top)
        return max(0.0, wide) * max(0.0, tall) / min(self.width * self.height, other.width * other.height)


class CropBox(NamedTuple):
    """A part of a picture, in whole pixels; it may go beyond the picture's edges."""

    left: int
    top: int
    width: int
    height: int


def crop_box(box: Detection, picture: tuple[int, int], size: tuple[int, int], margin: float) -> CropBox:
    """Return what is cut out around a box: the box in its middle, in the proportions of ``size``.

    Where the picture ends, the cut is moved into it; where the picture is too small, the margin gives way. Only what
    the proportions alone need may then still lie outside.

    Args:
        box: a place in the picture.
        picture: width and height of the picture, pixels.
        size: width and height that the cut is brought to; it gives the proportions.
        margin: left round the box on each side, in shares of the box's longer side.
    """
    around = 2 * margin * max(box.width, box.height)
    scale = max((side + around) / goal for side, goal in zip((box.width, box.height), size, strict=True))
    least = max(side / goal for side, goal in zip((box.width, box.height), size, strict=True))
    room = min(side / goal for side, goal in zip(picture, size, strict=True))
    scale = max(least, min(scale, room))
    width, height = (max(1, round(scale * goal)) for goal in size)
    left = _shift_inside(box.left + box.width / 2 - width / 2, width, picture[0])
    top = _shift_inside(box.top + box.height / 2 - height / 2, height, picture[1])
    return CropBox(left, top, width, height)


def _shift_inside(start: float, length: int, whole: int) -> int:
    """The start of a stretch, moved so that it lies within the whole; in its middle where it is the longer one."""
    if length >= whole:
        return -((length - whole) // 2)
    return min(max(0, round(start)), whole - length)


def crop(pixels: np.ndarray, cut: CropBox, size: tuple[int, int]) -> np.ndarray:
    """Return a cut resized to ``size``, uint8 ``(h, w, c)``; beyond its edges the picture is mirrored."""
    rows = _mirrored_indices(cut.top, cut.height, pixels.shape[0])
    columns = _mirrored_indices(cut.left, cut.width, pixels.shape[1])
    part = pixels[np.ix_(rows, columns)]
    planes = np.moveaxis(part, -1, 0).astype(np.float32) / 255
    return np.moveaxis(to_uint8(resized(planes, size)), 0, -1)


def _mirrored_indices(start: int, length: int, whole: int) -> np.ndarray:
    """The indices of a stretch of a line that is mirrored at its ends for ever."""
    place = np.arange(start, start + length) % (2 * whole)
    return np.minimum(place, 2 * whole - 1 - place)
