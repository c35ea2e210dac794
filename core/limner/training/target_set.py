"""The images that one network is fitted to: all of one size, each with its code."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from limner.imaging.loaded_image import LoadedImage
from limner.imaging.target import Target, digest, read_target
from limner.training.filename_codes import ButtonCodes, codes_of


@dataclass(frozen=True, eq=False)
class TargetSet:
    """Images of one shape, and their codes.

    Attributes:
        targets: the images.
        codes: the code of each image; None for a single image without a button.
        note: a sentence on images that were resized; empty if none were.
    """

    targets: tuple[Target, ...]
    codes: ButtonCodes | None = None
    note: str = ""

    @property
    def first(self) -> Target:
        """The first image, which sets the size of the others."""
        return self.targets[0]

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def planes(self) -> np.ndarray:
        """The planes of all images, ``(p, c, h, w)``."""
        return np.stack([target.planes for target in self.targets])

    def resized(self, size: tuple[int, int], *, gray: bool, background: str | None) -> TargetSet:
        """Read the images again at another size.

        Raises:
            LimnerError: an image cannot be read any more.
        """
        cover = len(self) > 1
        sources = [target.source for target in self.targets]
        read = [read_target(n, gray=gray, background=background, size=size, cover=cover) for n in sources]
        return replace(self, targets=_with_equal_channels(tuple(read)))

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of images and codes, hexadecimal; without codes, the digest of the only image."""
        if self.codes is None:
            return digest(self.first)
        parts = [digest(target) for target in self.targets]
        table = np.ascontiguousarray(self.codes.table, dtype="<f4")
        return hashlib.sha256("".join([*parts, repr(table.shape)]).encode() + table.tobytes()).hexdigest()


def read_target_set(
    sources: Sequence[str | LoadedImage],
    *,
    has_codes: bool,
    gray: bool = False,
    background: str | None = None,
    train_size: int = 0,
) -> TargetSet:
    """Read images and resize them to the size of the first.

    Args:
        sources: files, ``skimage:NAME``, or images in memory.
        has_codes: whether the recipe is conditional; then a single image has a code too.
        gray: whether to convert the images to grayscale.
        background: a colour behind transparent areas; None to keep the opacity.
        train_size: the longer side of the first image after resizing, pixels; 0 for its own size.

    Raises:
        LimnerError: an image cannot be read, or the names spell codes that conflict.
    """
    names = [source if isinstance(source, str) else source.name for source in sources]
    codes = codes_of(names) if has_codes or len(names) > 1 else None
    first = read_target(sources[0], gray=gray, background=background, train_size=train_size)
    others = [read_target(n, gray=gray, background=background, size=first.size, cover=True) for n in sources[1:]]
    resized = [target.name for target in others if target.original_size != first.original_size]
    note = ""
    if resized:
        width, height = first.size
        rest = f" and {len(resized) - 1} more" if len(resized) > 1 else ""
        note = f"{resized[0]}{rest}: cropped and resized to {width}x{height} to match {first.name}"
    return TargetSet(_with_equal_channels((first, *others)), codes, note)


def _with_equal_channels(targets: tuple[Target, ...]) -> tuple[Target, ...]:
    """Return the targets, with opaque planes added if only some have an opacity."""
    if len({len(target.planes) for target in targets}) == 1:
        return targets

    def opaque(target: Target) -> Target:
        if target.alpha:
            return target
        planes = np.concatenate([target.planes, np.ones_like(target.planes[:1])])
        planes.setflags(write=False)
        return replace(target, planes=planes)

    return tuple(opaque(target) for target in targets)
