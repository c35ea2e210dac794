"""Crop an area of a picture, with a margin and a given aspect ratio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from limner.imaging.planes import resized, to_uint8


@dataclass(frozen=True)
class Detection:
    """An area of a picture that may be a face.

    Attributes:
        left: distance of the left edge from that of the picture, in pixels.
        top: distance of the upper edge from that of the picture, in pixels.
        width: width of the area, in pixels.
        height: height of the area, in pixels.
        score: confidence of the detector, 0 to 1; scores of different detectors are not comparable.
        doubt: why the detector rejects the area, in a few words; empty if it is a face.
    """

    left: float
    top: float
    width: float
    height: float
    score: float = 1.0
    doubt: str = ""

    def overlap(self, other: Detection) -> float:
        """Return the area of intersection as a fraction of the smaller box: 1 if one box contains the other."""
        width = min(self.left + self.width, other.left + other.width) - max(self.left, other.left)
        height = min(self.top + self.height, other.top + other.height) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height) / min(self.width * self.height, other.width * other.height)


class CropBox(NamedTuple):
    """An area of a picture, in whole pixels; it may extend beyond the edges of the picture."""

    left: int
    top: int
    width: int
    height: int


def crop_box(box: Detection, picture: tuple[int, int], size: tuple[int, int], margin: float) -> CropBox:
    """Return the area to crop around a box, with the aspect ratio of ``size`` and the box in its centre.

    An area that exceeds the picture is moved inside. If the picture is too small for it, the margin shrinks. The area
    then extends beyond the picture only as far as the aspect ratio requires.

    Args:
        box: the detection to crop.
        picture: width and height of the picture, in pixels.
        size: width and height that the crop will be resized to; only the aspect ratio matters here.
        margin: margin on each side, as a fraction of the longer side of the box.
    """
    both_margins = 2 * margin * max(box.width, box.height)
    scale = max((side + both_margins) / goal for side, goal in zip((box.width, box.height), size, strict=True))
    least = max(side / goal for side, goal in zip((box.width, box.height), size, strict=True))
    room = min(side / goal for side, goal in zip(picture, size, strict=True))
    scale = max(least, min(scale, room))
    width, height = (max(1, round(scale * goal)) for goal in size)
    left = _shift_inside(box.left + box.width / 2 - width / 2, width, picture[0])
    top = _shift_inside(box.top + box.height / 2 - height / 2, height, picture[1])
    return CropBox(left, top, width, height)


def _shift_inside(start: float, length: int, whole: int) -> int:
    """Return the start of an interval, moved inside ``whole`` pixels; centred if the interval is longer."""
    if length >= whole:
        return -((length - whole) // 2)
    return min(max(0, round(start)), whole - length)


def crop(pixels: np.ndarray, box: CropBox, size: tuple[int, int]) -> np.ndarray:
    """Return an area of a picture, resized, uint8 ``(h, w, c)``; beyond its edges the picture is mirrored."""
    rows = _mirrored_indices(box.top, box.height, pixels.shape[0])
    columns = _mirrored_indices(box.left, box.width, pixels.shape[1])
    part = pixels[np.ix_(rows, columns)]
    planes = np.moveaxis(part, -1, 0).astype(np.float32) / 255
    return np.moveaxis(to_uint8(resized(planes, size)), 0, -1)


def _mirrored_indices(start: int, length: int, whole: int) -> np.ndarray:
    """Return the indices of an interval on a line of ``whole`` pixels that is mirrored repeatedly at its ends."""
    index = np.arange(start, start + length) % (2 * whole)
    return np.minimum(index, 2 * whole - 1 - index)
