"""The notable ones: of what a network makes, a few that convince and are unlike one another, as artworks."""

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
from limner.translation.evaluator import compares
from limner.translation.example_loader import ExampleLoader
from limner.translation.sampling import draws
from limner.utils.atomic_folders import atomic_write_folder

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.composition.recipe import Recipe
    from limner.stages.backend import Backend
    from limner.translation.plan import TranslationPlan
    from limner.translation.train import TranslationResult

HIGHLIGHTS_SUFFIX = "[0-9][0-9]*-*.png"
"""What the files' names look like: a folder of these alone may be replaced."""
MOST = 100
"""Notable pictures, at most."""
LOOKED = 256
"""Pictures that are looked at, at most: all that were held out, or as many of fresh noise."""
AT_ONCE = 32
"""Pictures that are scored together, at most: a discriminator that looks at a batch together wants a batch."""
GRID = 16
"""What two pictures are compared by: the means of so many parts of a side."""
LEAST, LARGEST = 8, 1024  # pixels of a side that an artwork of pixels takes


class Candidate(NamedTuple):
    """A picture ``(h, w, 3)`` uint8, what it is of, and how convincing a discriminator finds it; None without one."""

    name: str
    picture: np.ndarray
    score: float | None


def check_highlights(count: int, size: tuple[int, int]) -> None:
    """Refuse early what could not be written in the end.

    Raises:
        LimnerError: so many are none, or pictures of this size make no artworks.
    """
    if not 1 <= count <= MOST:
        raise LimnerError(f"`notable`: must be 1 to {MOST}, got {count}")
    if min(size) < LEAST:
        raise LimnerError(f"`notable`: pictures of {size[0]}x{size[1]} are too small; {LEAST} pixels a side are needed")


def candidates(plan: TranslationPlan, done: TranslationResult, backend: Backend) -> list[Candidate]:
    """What the network makes of the pictures that were held out; of fresh noise where it needs no pictures."""
    artwork, out = done.training.artwork, []
    model = ImageToImageModel(plan.recipe)
    theta = backend.asarray(artwork.theta)
    ctx = Context(size=plan.dataset.size, seed=plan.recipe.seed, backend=backend)
    with backend.open_runner(), np.errstate(all="ignore"):
        for names, features in _given(plan, model, artwork, backend):
            made = model.forward(theta, Samples(features=features), ctx)
            scores = image_trainer_of(plan.trainer).scores(done.training.run.state, features, made, ctx)
            host = backend.to_host(quantise(made, 8)).transpose(1, 2, 3, 0)
            told = [None] * len(names) if scores is None else [float(score) for score in backend.to_host(scores)]
            out += [Candidate(*each) for each in zip(names, host, told, strict=True)]
    return out


def chosen(given: Sequence[Candidate], count: int) -> list[Candidate]:
    """So many of them: of the better half, by their scores, first the best, then always the one least like the others.

    Where nobody scored them there is no better half: of all of them, first the one farthest from their mean.
    Source of the way: T. Gonzalez, "Clustering to minimize the maximum intercluster distance", 1985.
    """
    ranked = _ranked(given, count)
    grids = np.stack([_grid(one.picture) for one in ranked])
    first = 0 if ranked[0].score is not None else int(_far(grids, grids.mean(axis=0)).argmax())
    picked, apart = [first], np.full(len(ranked), np.inf)
    while len(picked) < min(count, len(ranked)):
        apart = np.minimum(apart, _far(grids, grids[picked[-1]]))
        apart[picked] = -1.0
        picked.append(int(apart.argmax()))
    return [ranked[i] for i in picked]


def artworks(picked: Sequence[Candidate], title: str, seed: int) -> Iterator[tuple[str, Artwork]]:
    """Yield a file name and an artwork for each candidate: its pixels become θ, and its title names its source."""
    for i, one in enumerate(picked):
        stem = Path(one.name.rpartition(":")[2]).stem
        recipe = parse(_table(one, stem, title, seed), registry(), one.name)
        yield f"{i + 1:02d}-{stem}.png", Artwork(recipe, _pixels_as_theta(one.picture, recipe), packages_of(recipe))


def _table(one: Candidate, stem: str, title: str, seed: int) -> dict[str, Any]:
    """Return the recipe of a candidate's artwork: the encoder ``image`` and nothing else."""
    height, width = one.picture.shape[:2]
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
                "width": min(width, LARGEST),
                "height": min(height, LARGEST),
            }
        ],
        "network": {"kind": "identity"},
    }


def _pixels_as_theta(picture: np.ndarray, recipe: Recipe) -> np.ndarray:
    """Return θ of the encoder ``image`` for pixels that no file holds: its raster, and the aspect of the picture."""
    height, width = picture.shape[:2]
    planes = np.stack([picture[..., c].astype(np.float32) / 255 for c in range(3)])
    raster = resized(planes, (min(width, LARGEST), min(height, LARGEST)))
    layout = factory.model_of(recipe).layout
    theta = layout.pack({"encoder.0.raster": raster, "encoder.0.aspect": np.asarray([width / height])})
    theta.flags.writeable = False
    return theta


def write_highlights(
    folder: Path, count: int, plan: TranslationPlan, done: TranslationResult, backend: Backend, *, force: bool
) -> None:
    """A folder of so many artworks, for ``limner gallery build``.

    Raises:
        LimnerError: it cannot be written.
    """
    picked = chosen(candidates(plan, done, backend), count)
    with atomic_write_folder(folder, HIGHLIGHTS_SUFFIX, force=force) as place:
        for name, artwork in artworks(picked, plan.recipe.title, plan.recipe.seed):
            artwork.save(place / name)


def _given(
    plan: TranslationPlan, model: ImageToImageModel, artwork: Artwork, backend: Backend
) -> Iterator[tuple[list[str], Array]]:
    """Names, and the channels that the network is given, a batch at a time."""
    if not compares(plan.recipe):
        parts = list(draws(artwork, LOOKED, plan.recipe.seed, backend))
        noise = namespace(parts[0]).concat(parts, axis=1)
        for first in range(0, LOOKED, AT_ONCE):
            names = [f"{i + 1}" for i in range(first, first + AT_ONCE)]
            yield names, noise[:, first : first + AT_ONCE, ...]
        return
    pairs, held = plan.dataset, plan.dataset.validation
    held = held[np.unique(np.linspace(0, len(held) - 1, min(LOOKED, len(held))).round().astype(int))]
    examples = ExampleLoader(model, pairs, artwork.theta)
    ctx = Context(size=pairs.size, seed=plan.recipe.seed, backend=backend)
    for index in np.array_split(held, -(-len(held) // AT_ONCE)):  # a few left over would be scored among themselves
        yield [pairs.sources.names[i] for i in index], examples.plain(index, ctx).features


def _ranked(given: Sequence[Candidate], count: int) -> list[Candidate]:
    """The better half of them, or so many if that are more, the best first; all where one has no score."""
    scores = [one.score for one in given if one.score is not None]
    if len(scores) < len(given):
        return list(given)
    order = sorted(range(len(given)), key=lambda i: -scores[i])
    return [given[i] for i in order[: max(count, -(-len(given) // 2))]]


def _far(grids: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """How far each is from one."""
    return np.asarray(np.square(grids - grid).mean(axis=(1, 2, 3)))


def _grid(picture: np.ndarray) -> np.ndarray:
    """The means of parts of a picture, from 0 to 1: fine grain does not make two pictures unlike."""
    own = picture.astype(np.float64) / 255
    for axis in (0, 1):
        edges = np.linspace(0, own.shape[axis], min(GRID, own.shape[axis]) + 1).round().astype(int)
        own = np.add.reduceat(own, edges[:-1], axis=axis) / np.diff(edges).reshape((-1, 1, 1) if axis == 0 else (-1, 1))
    return own
