"""Highlights: a few convincing and mutually different outputs of a network, saved as artworks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from limner.arrays.namespace import namespace
from limner.artworks.artwork import Artwork
from limner.artworks.painting import packages_of
from limner.artworks.renderer import quantise
from limner.composition.parser import parse
from limner.errors import LimnerError
from limner.imaging.planes import resized
from limner.models import factory
from limner.models.image_to_image import ImageToImageModel
from limner.registry.registry import registry
from limner.stages.context import Context, Samples
from limner.stages.optimization.image_trainer import image_trainer_of
from limner.translation.evaluator import has_targets
from limner.translation.example_loader import ExampleLoader
from limner.translation.sampling import noise_batches
from limner.utils.atomic_folders import atomic_write_folder
from limner.utils.text import decodable

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.composition.recipe import Recipe
    from limner.stages.backend import Backend
    from limner.translation.plan import TranslationPlan
    from limner.translation.train import TranslationResult

HIGHLIGHTS_SUFFIX = "[0-9][0-9]*-*.png"
"""The pattern of the files' names; a folder that holds nothing else may be replaced."""
MAX_HIGHLIGHTS = 100
"""The most highlights."""
MAX_CANDIDATES = 256
"""The most candidates: outputs for validation images, or for fresh noise."""
SCORING_BATCH = 32
"""The most pictures that are scored together: a discriminator with batch normalisation needs a batch."""
GRID_SIDE = 16
"""The side of the grid of block means by which two pictures are compared."""
MIN_SIDE, MAX_SIDE = 8, 1024  # pixels of a side of the encoder ``image``


class Candidate(NamedTuple):
    """A candidate for the highlights.

    Attributes:
        name: the name of the input.
        picture: the output, ``(h, w, 3)`` uint8.
        score: the mean score of the discriminator; None without one.
    """

    name: str
    picture: np.ndarray
    score: float | None


def check_highlights(count: int, size: tuple[int, int]) -> None:
    """Check before a training that its highlights can be written.

    Raises:
        LimnerError: the count is out of range, or the pictures are too small for artworks.
    """
    if not 1 <= count <= MAX_HIGHLIGHTS:
        raise LimnerError(f"`highlights`: must be 1 to {MAX_HIGHLIGHTS}, got {count}")
    if min(size) < MIN_SIDE:
        raise LimnerError(
            f"`highlights`: pictures of {size[0]}x{size[1]} are too small; use at least {MIN_SIDE} pixels a side"
        )


def candidates(plan: TranslationPlan, result: TranslationResult, backend: Backend) -> list[Candidate]:
    """Return the network's outputs for validation images, or for fresh noise if it needs no pictures."""
    artwork, found = result.training.artwork, []
    model = ImageToImageModel(plan.recipe)
    theta = backend.asarray(artwork.theta)
    ctx = Context(size=plan.dataset.size, seed=plan.recipe.seed, backend=backend)
    with backend.open_runner(), np.errstate(all="ignore"):
        for names, features in _candidate_inputs(plan, model, artwork, backend):
            outputs = model.forward(theta, Samples(features=features), ctx)
            scores = image_trainer_of(plan.trainer).scores(result.training.run.state, features, outputs, ctx)
            pixels = backend.to_host(quantise(outputs, 8)).transpose(1, 2, 3, 0)
            score_list = [None] * len(names) if scores is None else [float(score) for score in backend.to_host(scores)]
            found += [Candidate(*each) for each in zip(names, pixels, score_list, strict=True)]
    return found


def select_highlights(pool: Sequence[Candidate], count: int) -> list[Candidate]:
    """Return ``count`` candidates by farthest-point selection from the better half.

    The first is the one with the best score; each further one has the largest distance to its nearest selected one.
    Without scores the selection is from all candidates, and the first is the one farthest from their mean.

    Source: T. Gonzalez, "Clustering to minimize the maximum intercluster distance", 1985.
    """
    ranked = _better_half(pool, count)
    grids = np.stack([_block_means(one.picture) for one in ranked])
    first = 0 if ranked[0].score is not None else int(_distances(grids, grids.mean(axis=0)).argmax())
    picked, distances = [first], np.full(len(ranked), np.inf)
    while len(picked) < min(count, len(ranked)):
        distances = np.minimum(distances, _distances(grids, grids[picked[-1]]))
        distances[picked] = -1.0
        picked.append(int(distances.argmax()))
    return [ranked[i] for i in picked]


def highlight_artworks(picked: Sequence[Candidate], title: str, seed: int) -> Iterator[tuple[str, Artwork]]:
    """Yield a file name and an artwork for each candidate: its pixels become θ, and its title names its source."""
    for i, candidate in enumerate(picked):
        stem = decodable(Path(candidate.name.rpartition(":")[2]).stem)
        recipe = parse(_table(candidate, stem, title, seed), registry(), candidate.name)
        yield (
            f"{i + 1:02d}-{stem}.png",
            Artwork(recipe, _pixels_as_theta(candidate.picture, recipe), packages_of(recipe)),
        )


def _table(candidate: Candidate, stem: str, title: str, seed: int) -> dict[str, Any]:
    """Return the recipe of a candidate's artwork: the encoder ``image`` and nothing else."""
    height, width = candidate.picture.shape[:2]
    return {
        "title": f"{stem}, {title}"[:200],
        "summary": f"Made by {title!r}.",
        "seed": seed,
        "size": [width, height],
        "encoder": [
            {
                "kind": "image",
                "path": f"{stem}.png",
                "channels": "rgb",
                "blur": 0.0,
                "width": min(width, MAX_SIDE),
                "height": min(height, MAX_SIDE),
            }
        ],
        "network": {"kind": "identity"},
    }


def _pixels_as_theta(picture: np.ndarray, recipe: Recipe) -> np.ndarray:
    """Return θ of the encoder ``image`` for a picture's pixels: the raster and the aspect ratio."""
    height, width = picture.shape[:2]
    planes = np.stack([picture[..., c].astype(np.float32) / 255 for c in range(3)])
    raster = resized(planes, (min(width, MAX_SIDE), min(height, MAX_SIDE)))
    layout = factory.model_of(recipe).layout
    theta = layout.pack({"encoder.0.raster": raster, "encoder.0.aspect": np.asarray([width / height])})
    theta.flags.writeable = False
    return theta


def write_highlights(
    folder: Path, count: int, plan: TranslationPlan, result: TranslationResult, backend: Backend, *, force: bool
) -> None:
    """Write a folder with ``count`` artworks, for ``limner gallery build``.

    Raises:
        LimnerError: the folder cannot be written.
    """
    picked = select_highlights(candidates(plan, result, backend), count)
    with atomic_write_folder(folder, HIGHLIGHTS_SUFFIX, force=force) as place:
        for name, artwork in highlight_artworks(picked, plan.recipe.title, plan.recipe.seed):
            artwork.save(place / name)


def _candidate_inputs(
    plan: TranslationPlan, model: ImageToImageModel, artwork: Artwork, backend: Backend
) -> Iterator[tuple[list[str], Array]]:
    """Yield names and input channels ``(k, n, h, w)``, a batch at a time."""
    if not has_targets(plan.recipe):
        parts = list(noise_batches(artwork, MAX_CANDIDATES, plan.recipe.seed, backend))
        noise = namespace(parts[0]).concat(parts, axis=1)
        for first in range(0, MAX_CANDIDATES, SCORING_BATCH):
            names = [f"{i + 1}" for i in range(first, first + SCORING_BATCH)]
            yield names, noise[:, first : first + SCORING_BATCH, ...]
        return
    pairs, validation = plan.dataset, plan.dataset.validation
    chosen = np.linspace(0, len(validation) - 1, min(MAX_CANDIDATES, len(validation))).round().astype(int)
    validation = validation[np.unique(chosen)]
    examples = ExampleLoader(model, pairs, artwork.theta)
    ctx = Context(size=pairs.size, seed=plan.recipe.seed, backend=backend)
    # Batches of nearly equal size: with batch normalisation, scores depend on the batch.
    for index in np.array_split(validation, -(-len(validation) // SCORING_BATCH)):
        yield [pairs.sources.names[i] for i in index], examples.unaugmented(index, ctx).features


def _better_half(pool: Sequence[Candidate], count: int) -> list[Candidate]:
    """Return the better half of the candidates, at least ``count``, the best first; all if one has no score."""
    scores = [one.score for one in pool if one.score is not None]
    if len(scores) < len(pool):
        return list(pool)
    order = sorted(range(len(pool)), key=lambda i: -scores[i])
    return [pool[i] for i in order[: max(count, -(-len(pool) // 2))]]


def _distances(grids: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Return the mean squared distance of each grid from one."""
    return np.asarray(np.square(grids - grid).mean(axis=(1, 2, 3)))


def _block_means(picture: np.ndarray) -> np.ndarray:
    """Return the means of a picture's blocks, from 0 to 1, so that fine grain does not count as a difference."""
    means = picture.astype(np.float64) / 255
    for axis in (0, 1):
        edges = np.linspace(0, means.shape[axis], min(GRID_SIDE, means.shape[axis]) + 1).round().astype(int)
        means = np.add.reduceat(means, edges[:-1], axis=axis) / np.diff(edges).reshape(
            (-1, 1, 1) if axis == 0 else (-1, 1)
        )
    return means
