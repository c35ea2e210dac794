"""A dataset of images: all RGB, all of one size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from limner.errors import LimnerError
from limner.imaging.target import Target, read_target
from limner.translation.datasets.skipping import SkippedPicture, none_readable, readable
from limner.utils.resources import require_memory

BYTES_PER_PIXEL = 64
"""Bytes for each pixel of the image that is being read and resized."""
DEFAULT_BACKGROUND = "white"
"""The default colour behind transparent areas."""


@dataclass(frozen=True, eq=False)
class ImageDataset:
    """Images of one size.

    Attributes:
        planes: the levels, uint8 ``(p, 3, h, w)``, read-only; gray images have three equal planes.
        names: the files, as given.
        note: a sentence on images that were resized; empty if none were.
        skipped: the files that could not be read.
        cropped_from: for patches, width and height of each image that they were cropped from.
    """

    planes: np.ndarray
    names: tuple[str, ...]
    note: str = ""
    skipped: tuple[SkippedPicture, ...] = ()
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
    """Read images; those of another size are cropped around the middle to its aspect ratio, and resized.

    Images that are damaged or too large are skipped.

    Args:
        names: files, or ``skimage:NAME``, at least one.
        size: width and height; by default those of the first image that can be read.
        background: a CSS colour behind transparent areas; white by default.

    Raises:
        LimnerError: an image is missing, or none can be read; the background is invalid; or memory cannot hold all
            images.
    """
    if not names:
        raise LimnerError("no pictures: name at least one file or folder")
    behind = DEFAULT_BACKGROUND if background is None else background
    skipped: list[SkippedPicture] = []
    first = next(readable(names, lambda name: _read(name, size, behind), skipped), None)
    if first is None:
        raise none_readable(skipped)
    out = first.size
    rest = readable(names[len(skipped) + 1 :], lambda name: _read(name, out, behind), skipped)
    check_dataset(len(names), out)
    planes = np.empty((len(names), 3, out[1], out[0]), dtype=np.uint8)
    read, resized = [], []
    for place, target in enumerate(chain([first], rest)):
        planes[place] = target.pixels().transpose(2, 0, 1)
        read.append(target.name)
        if target.original_size != out:
            resized.append(target)
    planes = planes[: len(read)]
    planes.setflags(write=False)
    return ImageDataset(planes, tuple(read), _resize_note(resized, out), tuple(skipped))


def _read(name: str, size: tuple[int, int] | None, background: str) -> Target:
    return read_target(name, size=size, cover=True, background=background, setting="`pictures`")


def _resize_note(resized: Sequence[Target], size: tuple[int, int]) -> str:
    """Return a sentence on the images that were resized; empty if none were."""
    if not resized:
        return ""
    rest = f" and {len(resized) - 1} more" if len(resized) > 1 else ""
    return f"{resized[0].name}{rest}: cropped and resized to {size[0]}x{size[1]}"


def check_dataset(count: int, size: tuple[int, int]) -> None:
    """Check that a dataset fits in the free memory.

    Raises:
        LimnerError: it needs more.
    """
    need = (3 * count + BYTES_PER_PIXEL) * size[0] * size[1]
    what = f"{count:,} pictures of {size[0]}x{size[1]} would take"
    require_memory(need, what, "reduce `size`, or use fewer pictures")
