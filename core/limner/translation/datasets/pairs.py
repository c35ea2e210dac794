"""Pairs: pictures and what is to become of each, and which of them are held out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from limner.errors import LimnerError
from limner.imaging.discovery import SAMPLE_PREFIX
from limner.translation.datasets.images import ImageDataset, read_dataset
from limner.translation.datasets.patches import read_patches
from limner.utils.paths import exists
from limner.utils.seeding import child_rng

DEFAULT_VALIDATION_SPLIT = 0.1
"""Of the pictures is held out where nothing is said."""


@dataclass(frozen=True, eq=False)
class PairedDataset:
    """Pictures of one size, each beside the one that is learned from.

    Attributes:
        sources: what the input's filters look at.
        targets: what the output's looks at: the sources themselves, where no others are given.
        training: places of those that are learned from.
        held: places of those that are only looked at: how good a θ is, they tell.
    """

    sources: ImageDataset
    targets: ImageDataset
    training: np.ndarray
    validation: np.ndarray

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.sources.size

    def __len__(self) -> int:
        return len(self.sources.names)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all pixels and of what is held out, hexadecimal."""
        out = hashlib.sha256(repr(self.sources.planes.shape).encode())
        for planes in dict.fromkeys((id(self.sources), id(self.targets))):
            whose = self.sources if planes == id(self.sources) else self.targets
            out.update(np.ascontiguousarray(whose.planes).tobytes())
        out.update(self.validation.astype("<i8").tobytes())
        return out.hexdigest()


def read_pairs(
    sources: Sequence[str],
    targets: Sequence[str] = (),
    *,
    size: tuple[int, int] | None = None,
    validation_split: float = DEFAULT_VALIDATION_SPLIT,
    background: str | None = None,
    seed: int = 0,
    patches: int = 0,
) -> PairedDataset:
    """Pictures of files, matched by their names where there are others to become of them.

    Args:
        sources: files, or ``skimage:NAME``.
        targets: as many, or none.
        size: width and height to bring them to, cut around the middle; the first picture's own where none is given.
        validation_split: the part of them that is held out, at least one picture.
        background: what lies under what is clear; white where nothing is said.
        seed: which are held out follows from it.
        patches: cut each picture into patches so many of its pixels wide; 0 takes it as one.

    Raises:
        LimnerError: a picture cannot be read, has no partner, or there are too few.
    """
    if not 0 < validation_split < 1:
        raise LimnerError(f"`validation_split`: must be between 0 and 1, got {validation_split}")
    _check_names(sources)
    if len(sources) < 2 and not patches:
        raise LimnerError(
            f"{len(sources)} picture is no set: one at least is held out to see how good the others make it; "
            "name several, or a folder of them, or cut it with `patches=64`, say"
        )
    chosen = _matched(sources, targets) if targets else list(targets)
    if patches:
        first, second = _patched(sources, chosen, patches, size, background)
    else:
        first = read_dataset(sources, size, background)
        second = read_dataset(chosen, first.size, background) if chosen else first
    order = child_rng(seed, "held-out").permutation(len(first))
    count = min(max(1, round(validation_split * len(first))), len(first) - 1)
    return PairedDataset(first, second, np.sort(order[count:]), np.sort(order[:count]))


def _patched(
    sources: Sequence[str], targets: Sequence[str], patches: int, size: tuple[int, int] | None, background: str | None
) -> tuple[ImageDataset, ImageDataset]:
    """Both, cut alike.

    Raises:
        LimnerError: there is one patch alone, or partners have two sizes.
    """
    first = read_patches(sources, patches, size, background)
    if len(first) < 2:
        raise LimnerError(f"`patches`: of {patches} pixels there is one patch, and one is no set; choose smaller ones")
    second = read_patches(targets, patches, first.size, background) if targets else first
    for (w, h), (wide, high) in zip(first.cropped_from, second.cropped_from, strict=True):
        if (w, h) != (wide, high):
            raise LimnerError(
                f"`patches`: a source is {w}x{h} and its target {wide}x{high}; to be cut alike they must be of one size"
            )
    return first, second


def _check_names(names: Sequence[str]) -> None:
    """Refuse files that are not there, or named twice: a copy would be held out of what is learned.

    Raises:
        LimnerError: there is such a one.
    """
    seen: set[Path] = set()
    for name in names:
        if name.startswith(SAMPLE_PREFIX):
            place = Path(name)
        elif not exists(Path(name)):
            raise LimnerError(f"{name}: there is no such file or folder; name pictures, or folders of them")
        else:
            place = Path(name).resolve()
        if place in seen:
            raise LimnerError(f"{name}: is named twice, and would be learned and held out at once; name it once")
        seen.add(place)


def _matched(sources: Sequence[str], targets: Sequence[str]) -> list[str]:
    """The targets in the order of the sources whose names, without their endings, they bear."""
    _check_names(targets)
    named: dict[str, str] = {}
    for name in targets:
        other = named.setdefault(_stem(name), name)
        if other != name:
            raise LimnerError(f"{name} and {other}: both would be the partner of {_stem(name)!r}; name one of them")
    stems = [_stem(name) for name in sources]
    twin = next((name for i, name in enumerate(sources) if stems[i] in stems[:i]), None)
    if twin is not None:
        raise LimnerError(f"{twin}: another source is called {_stem(twin)!r} too, and there is one target for both")
    alone = next((name for name in sources if _stem(name) not in named), None)
    if alone is not None:
        raise LimnerError(f"{alone}: has no partner among the targets; one is needed that is called {_stem(alone)!r}")
    left = named.keys() - {_stem(name) for name in sources}
    if left:
        raise LimnerError(f"{named[min(left)]}: is the target of no source; take it away, or add its source")
    return [named[_stem(name)] for name in sources]


def _stem(name: str) -> str:
    return Path(name.partition(":")[2] if name.startswith(SAMPLE_PREFIX) else name).stem
