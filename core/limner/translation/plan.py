"""The plan of training an image-to-image network, all of it checked before the training starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from limner.artworks.recipe_sources import find
from limner.composition import overrides
from limner.imaging.canvas import Canvas
from limner.imaging.discovery import list_pictures as files_of
from limner.models.image_to_image import ImageToImageModel, filtered_size
from limner.stages.optimization.diagnostics import diagnostics_of
from limner.stages.optimization.image_trainer import image_trainer_of
from limner.training.base_plan import TrainingPlan, resumed_checkpoint, take_size, with_run_seed
from limner.training.memory import check_images_memory, check_one_image_memory
from limner.training.run import Budget
from limner.translation.configure import DEFAULT, configure, configured_recipe, named_after, plain
from limner.translation.datasets.pairs import DEFAULT_VALIDATION_SPLIT, PairedDataset, read_pairs
from limner.translation.problem import TranslationProblem
from limner.utils.arguments import check_int, check_number

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.composition.recipe import Recipe
    from limner.composition.stage_choice import Swap
    from limner.stages.backend import Backend
    from limner.utils.paths import StrPath

SECONDS = 300.0
"""How long a training goes on that is given no bound."""
SHOWN = 8
"""Held-out pictures that a sheet shows."""


@dataclass(frozen=True, kw_only=True)
class TranslationPlan(TrainingPlan):
    """The plan of a training: a recipe configured for pairs of images.

    Attributes:
        pairs: the images.
    """

    OTHER_TARGETS: ClassVar[str] = (
        "is the checkpoint of other pictures, or of these with another `seed`, `validation_split`, `size` or `patches`; name "
        "another network with `out`"
    )

    dataset: PairedDataset

    @property
    def digest(self) -> str:
        """The digest of the images and of how they are split."""
        return self.dataset.digest

    def model(self) -> ImageToImageModel:
        """Return the model of the recipe, which is resolved already."""
        return ImageToImageModel(self.recipe)

    @property
    def preflight_warnings(self) -> tuple[str, ...]:
        """What the trainer has to say of these pictures before it begins."""
        return diagnostics_of(self.trainer).preflight_warnings(len(self.dataset.training))

    @property
    def batch(self) -> str:
        """What is to be said where a batch is larger than the set, and so all of it; mostly nothing."""
        points = len(self.dataset.training)
        return f"a batch is all {points} pictures" if getattr(self.trainer, "batch", 0) > points else ""

    @property
    def target_size(self) -> tuple[int, int]:
        """Width and height of what comes out."""
        return filtered_size(self.model().output, self.dataset.size)

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of the largest of what a sheet shows."""
        model = self.model()
        sizes = [model.feature_size(self.dataset.size), filtered_size(model.output, self.dataset.size)]
        return max(w for w, _ in sizes), max(h for _, h in sizes)

    @property
    def places(self) -> list[int]:
        """Those of the held-out pictures that a sheet shows, evenly from all of them."""
        held = self.dataset.validation
        return [int(held[i]) for i in np.linspace(0, len(held) - 1, min(SHOWN, len(held))).round().astype(int)]


def prepare(
    sources: Sequence[str],
    recipe: StrPath | Artwork | Recipe | Mapping[str, Any] = DEFAULT,
    budget: Budget | None = None,
    *,
    targets: Sequence[str] = (),
    epochs: int = 0,
    seed: int | None = None,
    size: tuple[int, int] | None = None,
    validation_split: float = DEFAULT_VALIDATION_SPLIT,
    patches: int = 0,
    values: Mapping[str, Any] | None = None,
    swap: Swap | None = None,
    background: str | None = None,
    keep: Path | None = None,
    resume: bool = False,
    every: float = 30.0,
) -> TranslationPlan:
    """Return the plan of a training after checking all that it needs; the arguments are those of ``learn``.

    Raises:
        LimnerError: an argument is wrong, or the checkpoint to resume from is damaged or another run's.
    """
    names, others = files_of(list(sources)), files_of(list(targets)) if targets else []
    kept = resumed_checkpoint(keep, resume=resume)
    values, swap = overrides.settings_of(values), overrides.swaps_of(swap)
    validation_split, patches = check_number("validation_split", validation_split), check_int("patches", patches)
    given = take_size(values, size or None)
    table, source = find(recipe)
    if "title" not in values and {"encoder", "output"} & swap.keys():
        table = {**table, "title": named_after(swap, str(table.get("title", "Translation"))), "summary": ""}
    if given is None and "size" in table:
        given = Canvas(tuple(table["size"])).size
    chosen = with_run_seed(configure(overrides.apply(plain(table, values, swap), values, swap), source), seed, kept)
    if given:
        check_one_image_memory(ImageToImageModel(configured_recipe(chosen, given)), given)
    pairs = read_pairs(
        names,
        others,
        size=given,
        validation_split=validation_split,
        background=background,
        seed=chosen.seed,
        patches=patches,
    )
    plan = TranslationPlan(
        recipe=configured_recipe(chosen, pairs.size),
        dataset=pairs,
        budget=budget or Budget(seconds=SECONDS),
        checkpoint_path=keep,
        resumed=kept,
        checkpoint_interval=every,
    )
    plan.check_checkpoint()
    return replace(plan, budget=plan.budget.within_epochs(epochs, len(pairs.training), plan.trainer))


def check_memory(plan: TranslationPlan, model: ImageToImageModel, backend: Backend) -> None:
    """Refuse a training that takes more memory than is free.

    Raises:
        LimnerError: it does.
    """
    size, trainer, points = model.feature_size(plan.dataset.size), plan.trainer, len(plan.dataset.training)
    tiles = backend.parallelism() * TranslationProblem.pictures(size)
    samples = trainer.samples_per_step(points)
    images = min(
        samples, image_trainer_of(trainer).samples_held(points, samples if model.uses_batch_statistics else tiles)
    )
    check_images_memory(model, trainer, size, filtered_size(model.output, plan.dataset.size), images)
