"""The album: the pictures that one network learns together, all of one size, each behind its code."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from limner.errors import LimnerError
from limner.imaging.reader import SAMPLES
from limner.imaging.target import Target, digest, read_target
from limner.training.filename_codes import Codes, codes_of
from limner.utils.paths import os_reason

ENDINGS = frozenset(
    [
        ".avif",
        ".bmp",
        ".gif",
        ".ico",
        ".jp2",
        ".jpeg",
        ".jpg",
        ".pcx",
        ".png",
        ".ppm",
        ".qoi",
        ".tga",
        ".tif",
        ".tiff",
        ".webp",
    ]
)
"""What a folder's pictures end in."""
MOST = 4096


@dataclass(frozen=True, eq=False)
class Album:
    """Pictures of one shape.

    Attributes:
        targets: the pictures.
        codes: what is pressed for each; None for one alone that has no button.
        told: what had to be done so that they are of one size; empty where nothing had.
    """

    targets: tuple[Target, ...]
    codes: Codes | None = None
    told: str = ""

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

    def at(self, size: tuple[int, int], *, gray: bool, background: str | None) -> Album:
        """The pictures at another size, read again.

        Raises:
            LimnerError: one is gone, or is no picture any more.
        """
        names = [target.name for target in self.targets]
        cover = len(names) > 1
        read = [read_target(n, gray=gray, background=background, size=size, cover=cover) for n in names]
        return replace(self, targets=_alike(tuple(read)))

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of pictures and codes, hexadecimal; of one alone, as ``targets.digest``."""
        if self.codes is None:
            return digest(self.first)
        parts = [digest(target) for target in self.targets]
        table = np.ascontiguousarray(self.codes.table, dtype="<f4")
        return hashlib.sha256("".join([*parts, repr(table.shape)]).encode() + table.tobytes()).hexdigest()


def sources(names: Sequence[str]) -> list[str]:
    """As ``pictures_of``, of as many pictures as one network can tell apart.

    Raises:
        LimnerError: likewise, or there are too many.
    """
    out = pictures_of(names)
    if len(out) > MOST:
        raise LimnerError(f"{len(out):,} pictures are too many for one network's buttons; {MOST:,} are the most")
    return out


def pictures_of(names: Sequence[str]) -> list[str]:
    """The files of names, a folder's pictures in its place, in the order of their names.

    Raises:
        LimnerError: a folder holds no picture or cannot be read, or nothing is named.
    """
    out: list[str] = []
    for name in names:
        if not name:
            raise LimnerError("a picture's name is empty; name a file or a folder, . for this one")
        path = Path(name)
        try:
            folder = not name.startswith(SAMPLES) and path.is_dir()
            found = sorted(p for p in path.iterdir() if _is_picture(p)) if folder else [path]
        except (OSError, ValueError) as error:
            reason = os_reason(error) if isinstance(error, OSError) else str(error)
            raise LimnerError(f"{name[:200]}: cannot be read: {reason}") from error
        if folder and not found:
            raise LimnerError(f"{name}: the folder holds no pictures; name one that does")
        out += [str(p) for p in found] if folder else [name]
    if not out:
        raise LimnerError("no pictures: name one or several, or a folder of them")
    return out


def read_album(
    names: Sequence[str], *, coded: bool, gray: bool = False, background: str | None = None, train_size: int = 0
) -> Album:
    """The pictures of files, brought to the size of the first.

    Args:
        names: files, or ``skimage:NAME``.
        coded: does the recipe answer to codes? A picture alone has one then too.
        gray: as ``read_target``.
        background: likewise.
        train_size: likewise, for the first picture.

    Raises:
        LimnerError: a picture cannot be read, or the names are codes that do not go together.
    """
    codes = codes_of(names) if coded or len(names) > 1 else None
    first = read_target(names[0], gray=gray, background=background, train_size=train_size)
    others = [read_target(n, gray=gray, background=background, size=first.size, cover=True) for n in names[1:]]
    moved = [target.name for target in others if target.original_size != first.original_size]
    told = ""
    if moved:
        width, height = first.size
        rest = f" and {len(moved) - 1} more" if len(moved) > 1 else ""
        told = f"{moved[0]}{rest}: cut and resized to {width}x{height}, as {first.name} is"
    return Album(_alike((first, *others)), codes, told)


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in ENDINGS and not path.name.startswith(".") and path.is_file()


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
