"""The job: what a fit is to do, all of it checked before it takes any time."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from limner.artworks.recipe_sources import find
from limner.errors import LimnerError
from limner.imaging.canvas import Canvas
from limner.imaging.discovery import sources
from limner.imaging.target import Target, check_training_memory
from limner.models import factory
from limner.recipes import overrides
from limner.recipes.conditioning import boards, pressed
from limner.recipes.parser import parse
from limner.recipes.recipe import SingleRecipe
from limner.registry.registry import registry
from limner.training import checkpoint
from limner.training.adapt_recipe import BOARD, DEFAULT, adapted, single
from limner.training.image_problem import KEPT_FEATURES, PLATES
from limner.training.loop import Budget
from limner.training.target_set import Album, read_album
from limner.utils.paths import exists
from limner.utils.resources import available_memory, require_memory
from limner.utils.seeding import draw_seed

if TYPE_CHECKING:
    from limner.models.base import Model
    from limner.recipes.recipe import Recipe
    from limner.stages.backend import Backend
    from limner.stages.trainer import Trainer

SECONDS = 20.0
"""How long a fit goes on that is given no bound."""
MANY = 2**53
"""Steps that no run takes."""


@dataclass(frozen=True)
class Job:
    """What is to be done, all of it checked: a recipe made for a picture, and where the run is kept.

    Attributes:
        recipe: with a trainer and a loss, its colour mode and size the picture's.
        album: the picture, or several.
        budget: when to stop.
        keep: the checkpoint's file; None keeps none.
        kept: the checkpoint to go on from.
        every: seconds between two checkpoints.
    """

    recipe: SingleRecipe
    album: Album
    budget: Budget
    keep: Path | None = None
    kept: checkpoint.Saved | None = None
    every: float = 30.0
    background: str | None = None
    train_size: int = 0

    @property
    def target(self) -> Target:
        """The picture; of several, the first."""
        return self.album.first


def bounded(steps: int, seconds: float, psnr: float, epochs: int = 0) -> Budget:
    """The budget of these bounds, 0 for none; where there is none at all, a few seconds.

    Raises:
        LimnerError: a bound is negative or no number.
    """
    try:
        epochs = operator.index(epochs)
    except TypeError as error:
        raise LimnerError(f"epochs: must be a whole number, got {epochs!r}") from error
    if epochs < 0:
        raise LimnerError(f"epochs: must be a number above 0, got {epochs}")
    if epochs and not steps:
        steps = MANY  # until the pictures are known
    return Budget(steps, seconds or (0.0 if steps or psnr else SECONDS), psnr)


def prepare(
    images: str | Path | Sequence[str | Path],
    recipe: str | Path | Recipe | Mapping[str, Any] | None,
    budget: Budget,
    *,
    epochs: int = 0,
    seed: int | None = None,
    size: tuple[int, int] | None = None,
    values: Mapping[str, Any] | None = None,
    swap: Mapping[str, str | Sequence[str]] | None = None,
    gray: bool = False,
    background: str | None = None,
    train_size: int = 0,
    keep: Path | None = None,
    resume: bool = False,
    every: float = 30.0,
) -> Job:
    """Check all that a fit needs before it takes any time; the arguments are those of ``fit``.

    Raises:
        LimnerError: something is wrong; or there is a checkpoint to go on from that is another run's, or damaged.
    """
    given = [images] if isinstance(images, (str, Path)) else images
    if not isinstance(given, (list, tuple)) or not all(isinstance(name, (str, Path)) for name in given):
        raise LimnerError(f"a fit learns pictures from files: give their names, not {type(images).__name__}")
    names = sources([str(name) for name in given])
    kept = checkpoint.read_checkpoint(keep) if keep and resume and exists(keep) else None
    if background is not None and not isinstance(background, str):
        raise LimnerError(f"background: is a colour as CSS writes it, 'white' say, not {background!r}")
    values = dict(values or {})
    if "size" in values:
        size = Canvas(values.pop("size")).size if size is None else size
    if size is not None:
        size = Canvas(size).size
    table, source = find(recipe or (DEFAULT if len(names) == 1 else BOARD))
    table = overrides.apply(table, values, swap)
    if kept and seed is None:
        seed = int(kept.header.recipe.get("seed", 0))
    chosen = single(parse(table, registry(), source))
    gray = gray or chosen.color.kind == "gray"
    coded = chosen.domain == "code" or bool(boards(chosen))
    album = read_album(names, coded=coded, gray=gray, background=background, train_size=train_size)
    made = adapted(table, chosen, album, size or album.first.original_size, given={*values, *(swap or {})})
    chosen = single(parse(made, registry(), source))
    if seed is not None or not chosen.seeded:
        chosen = chosen.with_seed(draw_seed() if seed is None else operator.index(seed))
    if kept and keep:
        settled = factory.model_of(chosen).settled()
        checkpoint.check_same(keep, kept, settled.table(), album.digest)
    if epochs:
        budget = replace(budget, steps=min(budget.steps, epochs * _steps_an_epoch(chosen, album)))
    return Job(chosen, album, budget, keep, kept, every, background, train_size)


def _steps_an_epoch(recipe: SingleRecipe, album: Album) -> int:
    """How many steps look at everything once."""
    width, height = album.first.size
    points = len(album) * (1 if recipe.domain == "code" else width * height)
    return -(-points // max(1, cast("Trainer", cast("Any", recipe.trainer).stage).looks(points)))


def learned_recipes(recipe: SingleRecipe, album: Album) -> list[SingleRecipe]:
    """The recipe with the buttons pressed as they were for each picture."""
    if album.codes is None:
        return [recipe]
    return [pressed(recipe, [float(weight) for weight in code]) for code in album.codes.table]


def check_memory(job: Job, model: Model, backend: Backend) -> None:
    """An estimate of what learning takes, before it begins.

    Raises:
        LimnerError: it is more than the machine has free.
    """
    pictures = len(job.album)
    tile = min(backend.tile, job.target.size[0] * job.target.size[1])
    units = sum(e.shape[0] for e in model.layout.entries if len(e.shape) == 2 and e.learned)
    at_once = tile * backend.parallelism()
    if model.raster_size:  # all pixels are units of the last layer: it is pictures that are many
        width, height = model.raster_size
        at_once = min(pictures, max(1, PLATES // (width * height)))
    held = 12 * at_once * units + 12 * 4 * model.layout.size
    points, channels = pictures * job.target.size[0] * job.target.size[1], len(job.target.planes)
    features = 0 if model.plate else 4 * getattr(model, "fan_in", 0)
    if features * points > KEPT_FEATURES:
        features = 0
    free = available_memory()
    require_memory(held, "learning with this network would take about", "choose a smaller one", free=free)
    each = pictures * (24 + 24 * channels + 3 * features)
    check_training_memory(job.target.name, job.target.size, each, free - held)
