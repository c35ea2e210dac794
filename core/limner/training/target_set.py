"""The album: the pictures that one network learns together, all of one size, each behind its code."""

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
    """Pictures of one shape.

    Attributes:
        targets: the pictures.
        codes: what is pressed for each; None for one alone that has no button.
        told: what had to be done so that they are of one size; empty where nothing had.
    """

    targets: tuple[Target, ...]
    codes: ButtonCodes | None = None
    note: str = ""

    @property
    def first(self) -> Target:
        """The picture that gives the others its size."""
        return self.targets[0]

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def planes(self) -> np.ndarray:
        """All of them, ``(p, c, h, w)``."""
        return np.stack([target.planes for target in self.targets])

    def at(self, size: tuple[int, int], *, gray: bool, background: str | None) -> TargetSet:
        """The pictures at another size, read again.

        Raises:
            LimnerError: one is gone, or is no picture any more.
        """
        cover = len(self) > 1
        sources = [target.source for target in self.targets]
        read = [read_target(n, gray=gray, background=background, size=size, cover=cover) for n in sources]
        return replace(self, targets=_alike(tuple(read)))

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of pictures and codes, hexadecimal; of one alone, as ``targets.digest``."""
        if self.codes is None:
            return digest(self.first)
        parts = [digest(target) for target in self.targets]
        table = np.ascontiguousarray(self.codes.table, dtype="<f4")
        return hashlib.sha256("".join([*parts, repr(table.shape)]).encode() + table.tobytes()).hexdigest()


def read_target_set(
    sources: Sequence[str | LoadedImage],
    *,
    coded: bool,
    gray: bool = False,
    background: str | None = None,
    train_size: int = 0,
) -> TargetSet:
    """The pictures of files, brought to the size of the first.

    Args:
        sources: files, ``skimage:NAME``, or images in memory.
        coded: does the recipe answer to codes? A picture alone has one then too.
        gray: as ``read_target``.
        background: likewise.
        train_size: likewise, for the first picture.

    Raises:
        LimnerError: a picture cannot be read, or the names are codes that do not go together.
    """
    names = [source if isinstance(source, str) else source.name for source in sources]
    codes = codes_of(names) if coded or len(names) > 1 else None
    first = read_target(sources[0], gray=gray, background=background, train_size=train_size)
    others = [read_target(n, gray=gray, background=background, size=first.size, cover=True) for n in sources[1:]]
    moved = [target.name for target in others if target.original_size != first.original_size]
    told = ""
    if moved:
        width, height = first.size
        rest = f" and {len(moved) - 1} more" if len(moved) > 1 else ""
        told = f"{moved[0]}{rest}: cut and resized to {width}x{height}, as {first.name} is"
    return TargetSet(_alike((first, *others)), codes, told)


def _alike(targets: tuple[Target, ...]) -> tuple[Target, ...]:
    """All with an opacity, where one has it."""
    if len({len(target.planes) for target in targets}) == 1:
        return targets

    def opaque(target: Target) -> Target:
        if target.alpha:
            return target
        planes = np.concatenate([target.planes, np.ones_like(target.planes[:1])])
        planes.setflags(write=False)
        return replace(target, planes=planes)

    return tuple(opaque(target) for target in targets)
