"""The file that a fit writes: whether it can be written, asked before; how near it is to the pictures, asked after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from limner.artworks.artwork import Artwork
from limner.figures.mosaic import SHOWN, mosaic
from limner.formats.container import SUFFIX
from limner.formats.image_files import reading
from limner.imaging.quality import Quality, quality
from limner.imaging.target import read_target
from limner.training.adapt_recipe import single
from limner.training.plan import learned_recipes

if TYPE_CHECKING:
    from limner.stages.backend import Backend
    from limner.training.plan import Job

ALIKE = 0.02
"""How far two aspects may be apart, of each other."""


class Measured(NamedTuple):
    """What was learned beside what was to be, both as levels ``(h, w, c)``, of several pictures as mosaics.

    ``quality`` is their mean, and ``each`` that of every picture.
    """

    original: np.ndarray
    painted: np.ndarray
    quality: Quality
    each: tuple[Quality, ...]


def check_file(job: Job, path: Path, *, dpi: float, options: Mapping[str, Any], force: bool) -> None:
    """Refuse early a file that the picture could not be written to in the end.

    Raises:
        LimnerError: the format, the disk or the memory does not take it.
    """
    length = job.model().layout.size
    empty = np.broadcast_to(np.float32(0), (length,))  # of no memory of its own
    Artwork(job.recipe, empty).check(path, dpi=dpi, options=options, force=force)


def measure(path: Path | None, job: Job, artwork: Artwork, backend: Backend) -> Measured:
    """Measure how near a written file is to the picture, an artwork that would be written, or a network to several.

    Where the file has another aspect than the picture, whose frame then shows more or less of it, or more pixels, the
    artwork is painted at the picture's own size instead. Several are painted one by one, at the size that is learned.

    Raises:
        LimnerError: a file cannot be read.
    """
    (width, height), whole = artwork.recipe.size, job.target.original_size
    alike = abs(width / height * whole[1] / whole[0] - 1) < ALIKE and width * height <= whole[0] * whole[1]
    if len(job.album) > 1:
        return _measured_each(job, artwork, backend)
    if not alike or path is None or path.suffix.lower() == SUFFIX:
        painted = artwork.render(whole if path or not alike else (width, height), backend=backend)
    else:
        with reading(path) as (file, writer):
            painted = np.concatenate(list(writer.read_pixels(file)[1]))
    target, shown = job.target, (painted.shape[1], painted.shape[0])
    if target.size != shown:
        target = read_target(target.source, gray=target.gray, background=job.background, size=shown)
    found = quality(target.pixels(), painted)
    return Measured(target.pixels(), painted, found, (found,))


def _measured_each(job: Job, artwork: Artwork, backend: Backend) -> Measured:
    """Of several, those that a mosaic shows are kept; the others are looked at and let go."""
    kept: list[tuple[np.ndarray, np.ndarray]] = []
    each = []
    recipes = learned_recipes(single(artwork.recipe), job.album)
    for target, recipe in zip(job.album.targets, recipes, strict=True):
        original = target.pixels()
        painted = replace(artwork, recipe=recipe).render(target.size, backend=backend)
        each.append(quality(original, painted))
        if len(kept) < SHOWN:
            kept.append((original, painted))
    mean = Quality(fmean(one.psnr for one in each), fmean(one.ssim for one in each))
    return Measured(mosaic([a for a, _ in kept]), mosaic([b for _, b in kept]), mean, tuple(each))
