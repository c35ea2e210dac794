"""The plan of training an image-to-image network, checked before the training starts."""

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
from limner.translation.configure import (
    DEFAULT_RECIPE,
    configure,
    configured_recipe,
    title_for_swap,
    without_filter_settings,
)
from limner.translation.datasets.pairs import DEFAULT_VALIDATION_SPLIT, PairedDataset, read_pairs
from limner.translation.problem import TranslationProblem
from limner.utils.arguments import check_int, check_number

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.composition.recipe import Recipe
    from limner.composition.stage_choice import Swap
    from limner.stages.backend import Backend
    from limner.utils.paths import StrPath

DEFAULT_SECONDS = 300.0
"""Seconds of a training without any limit."""
SHEET_IMAGES = 8
"""The most validation images on a sheet."""


@dataclass(frozen=True, kw_only=True)
class TranslationPlan(TrainingPlan):
    """The plan of a training: a recipe configured for pairs of images.

    Attributes:
        dataset: the images and their targets.
    """

    OTHER_TARGETS: ClassVar[str] = (
        "this checkpoint belongs to other pictures, or another `seed`, `validation_split`, `size` or `patches`; choose "
        "another file with `out`"
    )

    dataset: PairedDataset

    @property
    def digest(self) -> str:
        """The digest of the images and the validation split."""
        return self.dataset.digest

    def model(self) -> ImageToImageModel:
        """Return the model of the recipe, which is already resolved."""
        return ImageToImageModel(self.recipe)

    @property
    def preflight_warnings(self) -> tuple[str, ...]:
        """The trainer's warnings about the training set, shown before the training."""
        return diagnostics_of(self.trainer).preflight_warnings(len(self.dataset.training))

    @property
    def batch_note(self) -> str:
        """A note that a batch is the whole training set, if it is larger than that; else empty."""
        points = len(self.dataset.training)
        return f"each batch holds all {points} training images" if getattr(self.trainer, "batch", 0) > points else ""

    @property
    def target_size(self) -> tuple[int, int]:
        """Width and height of the output."""
        return filtered_size(self.model().output, self.dataset.size)

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of the larger of input and output, as a sheet shows them."""
        model = self.model()
        sizes = [model.feature_size(self.dataset.size), filtered_size(model.output, self.dataset.size)]
        return max(w for w, _ in sizes), max(h for _, h in sizes)

    @property
    def sheet_indices(self) -> list[int]:
        """The indices of the validation images on a sheet, evenly spaced."""
        validation = self.dataset.validation
        return [
            int(validation[i])
            for i in np.linspace(0, len(validation) - 1, min(SHEET_IMAGES, len(validation))).round().astype(int)
        ]


def prepare(
    sources: Sequence[str],
    recipe: StrPath | Artwork | Recipe | Mapping[str, Any] = DEFAULT_RECIPE,
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
    checkpoint_path: Path | None = None,
    resume: bool = False,
    checkpoint_interval: float = 30.0,
) -> TranslationPlan:
    """Check the arguments, which are those of ``train``, and return the plan of the training.

    Raises:
        LimnerError: an argument is invalid, or the checkpoint to resume from is damaged or belongs to another run.
    """
    names, others = files_of(list(sources)), files_of(list(targets)) if targets else []
    resumed = resumed_checkpoint(checkpoint_path, resume=resume)
    values, swap = overrides.settings_of(values), overrides.swaps_of(swap)
    overrides.check_set_once(values, size=size, seed=seed)
    validation_split, patches = check_number("validation_split", validation_split), check_int("patches", patches)
    chosen_size = take_size(values, size or None)
    table, source = find(recipe)
    if "title" not in values and {"encoder", "output"} & swap.keys():
        table = {**table, "title": title_for_swap(swap, str(table.get("title", "Translation"))), "summary": ""}
    if chosen_size is None and "size" in table:
        chosen_size = Canvas(tuple(table["size"])).size
    chosen = with_run_seed(
        configure(overrides.apply(without_filter_settings(table, values, swap), values, swap), source), seed, resumed
    )
    if chosen_size:
        check_one_image_memory(ImageToImageModel(configured_recipe(chosen, chosen_size)), chosen_size)
    pairs = read_pairs(
        names,
        others,
        size=chosen_size,
        validation_split=validation_split,
        background=background,
        seed=chosen.seed,
        patches=patches,
    )
    plan = TranslationPlan(
        recipe=configured_recipe(chosen, pairs.size),
        dataset=pairs,
        budget=budget or Budget(seconds=DEFAULT_SECONDS),
        checkpoint_path=checkpoint_path,
        resumed=resumed,
        checkpoint_interval=checkpoint_interval,
    )
    plan.check_checkpoint()
    return replace(plan, budget=plan.budget.within_epochs(epochs, len(pairs.training), plan.trainer))


def check_memory(plan: TranslationPlan, model: ImageToImageModel, backend: Backend) -> None:
    """Check that the training fits in the free memory.

    Raises:
        LimnerError: it needs more.
    """
    size, trainer, points = model.feature_size(plan.dataset.size), plan.trainer, len(plan.dataset.training)
    tiles = backend.parallelism() * TranslationProblem.max_tile_images(size)
    samples = trainer.samples_per_step(points)
    images = min(
        samples, image_trainer_of(trainer).samples_held(points, samples if model.uses_batch_statistics else tiles)
    )
    check_images_memory(model, trainer, size, filtered_size(model.output, plan.dataset.size), images)
