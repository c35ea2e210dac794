"""A dataset of pairs: images, their targets, and the split into training and validation sets."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from limner.errors import LimnerError
from limner.imaging.discovery import SAMPLE_PREFIX
from limner.translation.datasets.images import ImageDataset, read_dataset
from limner.translation.datasets.patches import read_patches
from limner.translation.datasets.skipping import SkippedPicture
from limner.utils.paths import exists
from limner.utils.seeding import child_rng
from limner.utils.text import canonical

DEFAULT_VALIDATION_SPLIT = 0.1
"""The default fraction of the images that forms the validation set."""


@dataclass(frozen=True, eq=False)
class PairedDataset:
    """Images of one size, each with its target.

    Attributes:
        sources: the images for the input's filters.
        targets: the images for the output's filter; by default the sources themselves.
        training: indices of the training set.
        validation: indices of the validation set.
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

    @property
    def skipped(self) -> tuple[SkippedPicture, ...]:
        """The sources and targets that could not be read; the partner of each is not used either."""
        return tuple(dict.fromkeys((*self.sources.skipped, *self.targets.skipped)))

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all pixels and of the validation split, hexadecimal."""
        out = hashlib.sha256(repr(self.sources.planes.shape).encode())
        for planes in dict.fromkeys((id(self.sources), id(self.targets))):
            dataset = self.sources if planes == id(self.sources) else self.targets
            out.update(np.ascontiguousarray(dataset.planes).tobytes())
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
    """Read images and their targets, matched by file name, and split them; damaged images are skipped.

    Args:
        sources: files, or ``skimage:NAME``.
        targets: the files of the targets, one for each source; none to use the sources themselves.
        size: width and height after cropping around the middle and resizing; by default those of the first image.
        validation_split: the fraction of the images that forms the validation set, at least one image.
        background: a CSS colour behind transparent areas; white by default.
        seed: the seed of the split.
        patches: crop each image into patches of this width, pixels; 0 uses whole images.

    Raises:
        LimnerError: an image is missing, a source has no target, or there are too few images that can be read.
    """
    if not 0 < validation_split < 1:
        raise LimnerError(f"`validation_split`: must be between 0 and 1, got {validation_split}")
    _check_names(sources)
    if len(sources) < 2 and not patches:
        raise LimnerError(
            f"{len(sources)} picture is too few: training needs one and validation another; name several pictures or "
            "a folder, or split it with, for example, `patches=64`"
        )
    partners = _match(sources, targets) if targets else list(targets)
    if patches:
        first, second = _read_patched(sources, partners, patches, size, background)
    else:
        first, second = _read_both(lambda names, side: read_dataset(names, side, background), sources, partners, size)
    if len(first) < 2:
        skipped = [*first.skipped, *(second.skipped if partners else ())]
        raise LimnerError(f"only 1 picture can be read, but training needs 2; not read: {skipped[0].reason}")
    order = child_rng(seed, "held-out").permutation(len(first))
    count = min(max(1, round(validation_split * len(first))), len(first) - 1)
    return PairedDataset(first, second, np.sort(order[count:]), np.sort(order[:count]))


def _read_both(
    read: Callable[[Sequence[str], tuple[int, int] | None], ImageDataset],
    sources: Sequence[str],
    targets: Sequence[str],
    size: tuple[int, int] | None,
) -> tuple[ImageDataset, ImageDataset]:
    """Read sources and targets without the pairs of which an image cannot be read; without targets, sources twice."""
    first = read(sources, size)
    if not targets:
        return first, first
    left_out = {picture.name for picture in first.skipped}
    pairs = [pair for pair in zip(sources, targets, strict=True) if pair[0] not in left_out]
    second = read([target for _, target in pairs], first.size)
    if second.skipped:
        left_out = {picture.name for picture in second.skipped}
        again = read([source for source, target in pairs if target not in left_out], first.size)
        first = replace(again, skipped=(*first.skipped, *again.skipped))
    return first, second


def _read_patched(
    sources: Sequence[str], targets: Sequence[str], patches: int, size: tuple[int, int] | None, background: str | None
) -> tuple[ImageDataset, ImageDataset]:
    """Read patches of sources and targets, cropped alike.

    Raises:
        LimnerError: there is only one patch, or a source and its target differ in size.
    """
    first, second = _read_both(
        lambda names, side: read_patches(names, patches, side, background), sources, targets, size
    )
    if len(first) < 2:
        raise LimnerError(
            f"`patches`: a size of {patches} pixels yields a single patch; training needs two or more, so reduce it"
        )
    for (w, h), (wide, high) in zip(first.cropped_from, second.cropped_from, strict=True):
        if (w, h) != (wide, high):
            raise LimnerError(
                f"`patches`: a source is {w}x{h} but its target {wide}x{high}; both must have the same size"
            )
    return first, second


def _check_names(names: Sequence[str]) -> None:
    """Check that all files exist and none is named twice, which could put it in both training and validation set.

    Raises:
        LimnerError: a file is missing or named twice.
    """
    seen: set[Path] = set()
    for name in names:
        if name.startswith(SAMPLE_PREFIX):
            place = Path(name)
        elif not exists(Path(name)):
            raise LimnerError(f"{name}: no such file or folder; name pictures or folders of pictures")
        else:
            place = Path(name).resolve()
        if place in seen:
            raise LimnerError(f"{name}: named twice, so it could be in both training and validation set; name it once")
        seen.add(place)


def _match(sources: Sequence[str], targets: Sequence[str]) -> list[str]:
    """Return the targets in the order of the sources; partners have the same name without suffix.

    Raises:
        LimnerError: names are not unique, or a source or target has no partner.
    """
    _check_names(targets)
    by_stem: dict[str, str] = {}
    for name in targets:
        other = by_stem.setdefault(_stem(name), name)
        if other != name:
            raise LimnerError(f"{name} and {other}: both match the source {_stem(name)!r}; keep only one of them")
    stems = [_stem(name) for name in sources]
    duplicate = next((name for i, name in enumerate(sources) if stems[i] in stems[:i]), None)
    if duplicate is not None:
        raise LimnerError(
            f"{duplicate}: another source is also called {_stem(duplicate)!r}, so they share a target; rename one"
        )
    unmatched = next((name for name in sources if _stem(name) not in by_stem), None)
    if unmatched is not None:
        raise LimnerError(f"{unmatched}: no matching target; add a target called {_stem(unmatched)!r}")
    unused = by_stem.keys() - {_stem(name) for name in sources}
    if unused:
        raise LimnerError(f"{by_stem[min(unused)]}: no matching source; remove this target or add its source")
    return [by_stem[_stem(name)] for name in sources]


def _stem(name: str) -> str:
    """Return the part of a name that partners share; macOS spells accented letters differently (NFD)."""
    return canonical(Path(name.partition(":")[2] if name.startswith(SAMPLE_PREFIX) else name).stem)
