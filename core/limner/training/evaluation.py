"""Checks before a fit that its file can be written, and measurements after it of the file's quality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from limner.artworks.artwork import Artwork
from limner.figures.mosaic import MAX_MOSAIC_PICTURES, mosaic
from limner.formats.container import SUFFIX, foreign_theta_error
from limner.formats.image_files import open_image
from limner.imaging.quality import Quality, measure_quality
from limner.imaging.target import read_target
from limner.training.adapt_recipe import require_trainable
from limner.training.plan import training_recipes

if TYPE_CHECKING:
    from limner.stages.backend import Backend
    from limner.training.plan import FitPlan

MAX_ASPECT_DIFFERENCE = 0.02
"""The largest relative difference of two aspect ratios that count as equal."""


class FitMeasurement(NamedTuple):
    """The quality of a fit, with the pixels that were compared.

    Attributes:
        original: the image's levels, ``(h, w, c)``; several images form a mosaic.
        rendered: the rendered artwork's levels, ``(h, w, c)``; several images form a mosaic.
        quality: the mean quality.
        per_image: the quality of each image.
    """

    original: np.ndarray
    rendered: np.ndarray
    quality: Quality
    per_image: tuple[Quality, ...]


def check_file(plan: FitPlan, path: Path, *, dpi: float, options: Mapping[str, Any], force: bool) -> None:
    """Check before a fit that its artwork can be written to a file.

    Raises:
        LimnerError: the format cannot hold the picture, the file cannot be written, or disk or memory is too small; or
            θ needs a separate file, which exists already: it contains the θ of another picture.
    """
    length = plan.model().layout.size
    empty = np.broadcast_to(np.float32(0), (length,))  # a broadcast array takes no memory
    theta_path = Artwork(plan.recipe, empty).check(path, dpi=dpi, options=options, force=force)
    if theta_path and theta_path.exists() and not plan.resumed:
        raise foreign_theta_error(theta_path)


def measure(path: Path | None, plan: FitPlan, artwork: Artwork, backend: Backend) -> FitMeasurement:
    """Measure the quality of a fit from its written file, or from the artwork if ``path`` is None.

    If the file has more pixels than the image or another aspect ratio (its frame then shows more or less of the image),
    the artwork is rendered at the image's own size instead. Several images are rendered one by one, at the size that
    they were fitted at.

    Raises:
        LimnerError: a file cannot be read.
    """
    (width, height), original_size = artwork.recipe.size, plan.target.original_size
    same_aspect = (
        abs(width / height * original_size[1] / original_size[0] - 1) < MAX_ASPECT_DIFFERENCE
        and width * height <= original_size[0] * original_size[1]
    )
    if len(plan.target_set) > 1:
        return _measure_each(plan, artwork, backend)
    if not same_aspect or path is None or path.suffix.lower() == SUFFIX:
        rendered = artwork.render(original_size if path or not same_aspect else (width, height), backend=backend)
    else:
        with open_image(path) as (file, image_format):
            info, bands = image_format.read_pixels(file)
            colours = [artwork.render((width, height), backend=backend)] if info.cmyk else list(bands)
            rendered = np.concatenate(colours)
    target, rendered_size = plan.target, (rendered.shape[1], rendered.shape[0])
    if target.size != rendered_size:
        target = read_target(target.source, gray=target.gray, background=plan.background, size=rendered_size)
    measured = measure_quality(target.pixels(), rendered)
    return FitMeasurement(target.pixels(), rendered, measured, (measured,))


def _measure_each(plan: FitPlan, artwork: Artwork, backend: Backend) -> FitMeasurement:
    """Measure each of several images; only the pixels that the mosaics show stay in memory."""
    examples: list[tuple[np.ndarray, np.ndarray]] = []
    qualities = []
    recipes = training_recipes(require_trainable(artwork.recipe), plan.target_set)
    for target, recipe in zip(plan.target_set.targets, recipes, strict=True):
        original = target.pixels()
        rendered = replace(artwork, recipe=recipe).render(target.size, backend=backend)
        qualities.append(measure_quality(original, rendered))
        if len(examples) < MAX_MOSAIC_PICTURES:
            examples.append((original, rendered))
    mean = Quality(fmean(one.psnr for one in qualities), fmean(one.ssim for one in qualities))
    return FitMeasurement(mosaic([a for a, _ in examples]), mosaic([b for _, b in examples]), mean, tuple(qualities))
