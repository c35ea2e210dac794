"""A collection: the pictures of a set, all RGB, all of one size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from limner.errors import LimnerError
from limner.imaging.target import Target, read_target
from limner.utils.resources import require_memory

READING = 64
"""Bytes for each pixel of the picture that is being read and resized."""
PAPER = "white"
"""What lies under clear pixels where nothing is said."""


@dataclass(frozen=True, eq=False)
class ImageDataset:
    """Pictures of one size.

    Attributes:
        planes: their levels, uint8 ``(p, 3, h, w)``, not to be written to; gray ones have three equal planes.
        names: their files, as they were given.
        told: what had to be done so that they are of one size; empty where nothing had.
        cut_from: of patches, width and height of each picture that they were cut out of.
    """

    planes: np.ndarray
    names: tuple[str, ...]
    note: str = ""
    cropped_from: tuple[tuple[int, int], ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.planes.shape[3], self.planes.shape[2]

    def __len__(self) -> int:
        return len(self.names)


def read_dataset(
    names: Sequence[str], size: tuple[int, int] | None = None, background: str | None = None
) -> ImageDataset:
    """Pictures of files: cut around the middle to the aspect of a size and resized to it, those that have another.

    Args:
        names: files, or ``skimage:NAME``, one at least.
        size: width and height; the first picture's own where none is given.
        background: a colour as CSS writes it, to lie under what is clear; white where none is given.

    Raises:
        LimnerError: a picture is missing, damaged, too large, or none; the background is no colour; or memory cannot
            hold them all.
    """
    if not names:
        raise LimnerError("no pictures: name one or several, or a folder of them")
    paper = PAPER if background is None else background
    first = _read(names[0], size, paper)
    size = first.size
    check_dataset(len(names), size)
    planes = np.empty((len(names), 3, size[1], size[0]), dtype=np.uint8)
    moved = []
    for place, name in enumerate(names):
        target = first if place == 0 else _read(name, size, paper)
        planes[place] = target.pixels().transpose(2, 0, 1)
        if target.original_size != size:
            moved.append(target)
    planes.setflags(write=False)
    return ImageDataset(planes, tuple(names), _told(moved, size))


def _read(name: str, size: tuple[int, int] | None, paper: str) -> Target:
    return read_target(name, size=size, cover=True, background=paper, setting="`pictures`")


def _told(moved: Sequence[Target], size: tuple[int, int]) -> str:
    """Which pictures were not of the size, in a few words."""
    if not moved:
        return ""
    rest = f" and {len(moved) - 1} more" if len(moved) > 1 else ""
    return f"{moved[0].name}{rest}: cut and resized to {size[0]}x{size[1]}"


def check_dataset(count: int, size: tuple[int, int]) -> None:
    """Refuse a set that memory could not hold.

    Raises:
        LimnerError: it could not.
    """
    need = (3 * count + READING) * size[0] * size[1]
    what = f"{count:,} pictures of {size[0]}x{size[1]} would take"
    require_memory(need, what, "choose a smaller `size`, or fewer pictures")
