"""The file that a fit writes: whether it can be written, asked before; how near it is to the pictures, asked after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from limner.artworks.artwork import Artwork
from limner.figures.mosaic import MAX_MOSAIC_PICTURES, mosaic
from limner.formats.container import SUFFIX
from limner.formats.image_files import open_image
from limner.imaging.quality import Quality, measure_quality
from limner.imaging.target import read_target
from limner.training.adapt_recipe import single
from limner.training.plan import training_recipes

if TYPE_CHECKING:
    from limner.stages.backend import Backend
    from limner.training.plan import FitPlan

ALIKE = 0.02
"""How far two aspects may be apart, of each other."""


class FitMeasurement(NamedTuple):
    """What was learned beside what was to be, both as levels ``(h, w, c)``, of several pictures as mosaics.

    ``quality`` is their mean, and ``each`` that of every picture.
    """

    original: np.ndarray
    painted: np.ndarray
    quality: Quality
    each: tuple[Quality, ...]


def check_file(plan: FitPlan, path: Path, *, dpi: float, options: Mapping[str, Any], force: bool) -> None:
    """Refuse early a file that the picture could not be written to in the end.

    Raises:
        LimnerError: the format, the disk or the memory does not take it.
    """
    length = plan.model().layout.size
    empty = np.broadcast_to(np.float32(0), (length,))  # of no memory of its own
    Artwork(plan.recipe, empty).check(path, dpi=dpi, options=options, force=force)


def measure(path: Path | None, plan: FitPlan, artwork: Artwork, backend: Backend) -> FitMeasurement:
    """Measure how near a written file is to the picture, an artwork that would be written, or a network to several.

    Where the file has another aspect than the picture, whose frame then shows more or less of it, or more pixels, the
    artwork is painted at the picture's own size instead. Several are painted one by one, at the size that is learned.

    Raises:
        LimnerError: a file cannot be read.
    """
    (width, height), whole = artwork.recipe.size, plan.target.original_size
    alike = abs(width / height * whole[1] / whole[0] - 1) < ALIKE and width * height <= whole[0] * whole[1]
    if len(plan.target_set) > 1:
        return _measured_each(plan, artwork, backend)
    if not alike or path is None or path.suffix.lower() == SUFFIX:
        painted = artwork.render(whole if path or not alike else (width, height), backend=backend)
    else:
        with open_image(path) as (file, image_format):
            painted = np.concatenate(list(image_format.read_pixels(file)[1]))
    target, shown = plan.target, (painted.shape[1], painted.shape[0])
    if target.size != shown:
        target = read_target(target.source, gray=target.gray, background=plan.background, size=shown)
    found = measure_quality(target.pixels(), painted)
    return FitMeasurement(target.pixels(), painted, found, (found,))


def _measured_each(plan: FitPlan, artwork: Artwork, backend: Backend) -> FitMeasurement:
    """Of several, those that a mosaic shows are kept; the others are looked at and let go."""
    kept: list[tuple[np.ndarray, np.ndarray]] = []
    each = []
    recipes = training_recipes(single(artwork.recipe), plan.target_set)
    for target, recipe in zip(plan.target_set.targets, recipes, strict=True):
        original = target.pixels()
        painted = replace(artwork, recipe=recipe).render(target.size, backend=backend)
        each.append(measure_quality(original, painted))
        if len(kept) < MAX_MOSAIC_PICTURES:
            kept.append((original, painted))
    mean = Quality(fmean(one.psnr for one in each), fmean(one.ssim for one in each))
    return FitMeasurement(mosaic([a for a, _ in kept]), mosaic([b for _, b in kept]), mean, tuple(each))
