"""Patches: images cropped edge to edge, so that one large image makes a dataset."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from limner.errors import LimnerError
from limner.imaging.crop import CropBox, crop
from limner.imaging.discovery import SAMPLE_PREFIX
from limner.imaging.target import read_target
from limner.translation.datasets.images import DEFAULT_BACKGROUND, ImageDataset, check_dataset
from limner.translation.datasets.skipping import SkippedPicture, none_readable, readable


def patch_boxes(picture: tuple[int, int], patch: int, size: tuple[int, int]) -> list[CropBox]:
    """Return as many patches as fit edge to edge, row by row, with equal margins on opposite sides.

    Args:
        picture: width and height of the image, pixels.
        patch: width of a patch, pixels of the image.
        size: width and height of a patch after resizing, which set its aspect ratio.
    """
    height = max(1, round(patch * size[1] / size[0]))
    columns, rows = picture[0] // patch, picture[1] // height
    left, top = (picture[0] - columns * patch) // 2, (picture[1] - rows * height) // 2
    return [CropBox(left + j * patch, top + i * height, patch, height) for i in range(rows) for j in range(columns)]


def read_patches(
    names: Sequence[str], patch: int, size: tuple[int, int] | None = None, background: str | None = None
) -> ImageDataset:
    """Read images at their own sizes, and return their patches; images that are damaged or too large are skipped.

    Args:
        names: files, or ``skimage:NAME``, at least one.
        patch: width of a patch, pixels of the image.
        size: width and height of patches after resizing; by default squares of ``patch`` pixels.
        background: a CSS colour behind transparent areas; white by default.

    Raises:
        LimnerError: an image is missing, or smaller than a patch; none can be read; or memory cannot hold all patches.
    """
    if patch < 1:
        raise LimnerError(f"`patches`: must be 1 pixel or more, got {patch}")
    size = size or (patch, patch)
    parts: list[np.ndarray] = []
    patch_names: list[str] = []
    cropped_from = []
    skipped: list[SkippedPicture] = []
    behind = DEFAULT_BACKGROUND if background is None else background
    for target in readable(names, lambda name: read_target(name, background=behind, setting="`pictures`"), skipped):
        boxes = patch_boxes(target.size, patch, size)
        if not boxes:
            high = max(1, round(patch * size[1] / size[0]))
            raise LimnerError(
                f"{target.name}: {target.size[0]}x{target.size[1]} is smaller than a patch of {patch}x{high}; reduce "
                "`patches`, or remove this picture"
            )
        check_dataset(len(parts) + len(boxes), size)
        pixels = target.pixels()
        parts += [crop(pixels, cut, size).transpose(2, 0, 1) for cut in boxes]
        cropped_from.append(target.size)
        patch_names += [_patch_name(target.name, i + 1) for i in range(len(boxes))]
    if not parts:
        raise none_readable(skipped)
    planes = np.stack(parts)
    planes.setflags(write=False)
    high = max(1, round(patch * size[1] / size[0]))
    note = "" if (patch, high) == size else f"patches of {patch}x{high}: resized to {size[0]}x{size[1]}"
    return ImageDataset(planes, tuple(patch_names), note, tuple(skipped), cropped_from=tuple(cropped_from))


def _patch_name(name: str, number: int) -> str:
    """Return a patch's name: the image's, with a number before the suffix."""
    path = Path(name)
    return f"{name}-{number}" if name.startswith(SAMPLE_PREFIX) else str(path.with_stem(f"{path.stem}-{number}"))
