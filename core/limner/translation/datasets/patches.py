"""Patches: pictures cut edge to edge, so that a large one is a set by itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from limner.errors import LimnerError
from limner.imaging.crop import CropBox, crop
from limner.imaging.discovery import SAMPLE_PREFIX
from limner.imaging.target import read_target
from limner.translation.datasets.images import PAPER, ImageDataset, check_dataset


def patch_boxes(picture: tuple[int, int], patch: int, size: tuple[int, int]) -> list[CropBox]:
    """As many patches as fit side by side, row by row; what is left over lies round them, evenly.

    Args:
        picture: width and height, pixels.
        patch: pixels of the picture that a patch is wide.
        size: width and height that a patch is brought to; it gives the proportions.
    """
    height = max(1, round(patch * size[1] / size[0]))
    columns, rows = picture[0] // patch, picture[1] // height
    left, top = (picture[0] - columns * patch) // 2, (picture[1] - rows * height) // 2
    return [CropBox(left + j * patch, top + i * height, patch, height) for i in range(rows) for j in range(columns)]


def read_patches(
    names: Sequence[str], patch: int, size: tuple[int, int] | None = None, background: str | None = None
) -> ImageDataset:
    """The patches of pictures, which keep their own sizes before they are cut.

    Args:
        names: files, or ``skimage:NAME``, one at least.
        patch: pixels of a picture that a patch is wide.
        size: width and height to bring patches to; squares as they stand where none is given.
        background: a colour as CSS writes it, to lie under what is clear; white where none is given.

    Raises:
        LimnerError: a picture is missing, damaged, none, or smaller than a patch; or memory cannot hold them all.
    """
    if patch < 1:
        raise LimnerError(f"`patches`: must be 1 pixel or more, got {patch}")
    size = size or (patch, patch)
    parts: list[np.ndarray] = []
    called: list[str] = []
    cut_from = []
    for name in names:
        target = read_target(name, background=PAPER if background is None else background, setting="`pictures`")
        found = patch_boxes(target.size, patch, size)
        if not found:
            high = max(1, round(patch * size[1] / size[0]))
            raise LimnerError(
                f"{name}: is {target.size[0]}x{target.size[1]}, and no patch of {patch}x{high} can be cut out of it; "
                "choose smaller `patches`, or leave it out"
            )
        check_dataset(len(parts) + len(found), size)
        pixels = target.pixels()
        parts += [crop(pixels, cut, size).transpose(2, 0, 1) for cut in found]
        cut_from.append(target.size)
        called += [_called(name, i + 1) for i in range(len(found))]
    planes = np.stack(parts)
    planes.setflags(write=False)
    high = max(1, round(patch * size[1] / size[0]))
    told = "" if (patch, high) == size else f"patches of {patch}x{high}: resized to {size[0]}x{size[1]}"
    return ImageDataset(planes, tuple(called), told, cropped_from=tuple(cut_from))


def _called(name: str, number: int) -> str:
    """A patch's name: its picture's, with a number before the ending."""
    path = Path(name)
    return f"{name}-{number}" if name.startswith(SAMPLE_PREFIX) else str(path.with_stem(f"{path.stem}-{number}"))
