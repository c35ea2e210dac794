"""The base class of training plans: a recipe, a budget and a checkpoint, checked before the training starts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from limner.composition.recipe import RecipeHeader
from limner.composition.stage_tables import revision_change
from limner.errors import LimnerError
from limner.imaging.canvas import Canvas
from limner.models import factory
from limner.training import checkpoint
from limner.training.run import Budget
from limner.utils.arguments import check_int
from limner.utils.paths import exists
from limner.utils.seeding import draw_seed
from limner.utils.typed_text import TypedText, typed_value

if TYPE_CHECKING:
    from limner.composition.recipe import SingleRecipe
    from limner.models.field import FieldModel
    from limner.stages.loss import Loss
    from limner.stages.optimization.trainer import Trainer


@dataclass(frozen=True, kw_only=True)
class TrainingPlan(ABC):
    """A recipe, its budget and its checkpoint; subclasses add the targets.

    Attributes:
        recipe: the recipe, with a trainer and a loss.
        budget: when to stop.
        checkpoint_path: the checkpoint's file; None for no checkpoint.
        resumed: the checkpoint to resume from; None for a fresh start.
        checkpoint_interval: seconds between two checkpoints.
    """

    OTHER_TARGETS: ClassVar[str]
    """The problem and the fix if a checkpoint belongs to other targets, without the file's name."""

    recipe: SingleRecipe
    budget: Budget
    checkpoint_path: Path | None = None
    resumed: checkpoint.SavedRun | None = None
    checkpoint_interval: float = 30.0

    @property
    def trainer(self) -> Trainer:
        """The recipe's trainer."""
        return trainer_of(self.recipe)

    @property
    @abstractmethod
    def digest(self) -> str:
        """The digest of the targets."""

    def model(self) -> FieldModel:
        """Return the model of the resolved recipe."""
        return factory.model_of(factory.model_of(self.recipe).resolved())

    def check_checkpoint(self) -> None:
        """Check that the checkpoint to resume from belongs to this run.

        Raises:
            LimnerError: it has other targets, another recipe, or stages of other revisions.
        """
        if self.resumed is None or self.checkpoint_path is None:
            return
        header, restart_hint = self.resumed.header, "or start over with `force` instead of `resume`"
        if header.target != self.digest:
            raise LimnerError(f"{self.checkpoint_path}: {self.OTHER_TARGETS}, {restart_hint}")
        recipe = self.model().recipe.table()
        if revision := revision_change(header.recipe, recipe):
            raise LimnerError(
                f"{self.checkpoint_path}: {revision}; install the version that wrote this checkpoint, {restart_hint}"
            )
        difference = _first_difference(header.recipe, recipe)
        if difference:
            raise LimnerError(
                f"{self.checkpoint_path}: this checkpoint belongs to another recipe ({difference}); use that "
                f"recipe, choose another file with `out`, {restart_hint}"
            )


def trainer_of(recipe: SingleRecipe) -> Trainer:
    """Return the trainer of a recipe that has one."""
    return recipe.require_trainer().stage


def loss_of(recipe: SingleRecipe) -> Loss:
    """Return the loss of a recipe that has one."""
    return recipe.require_loss().stage


def resumed_checkpoint(path: Path | None, *, resume: bool) -> checkpoint.SavedRun | None:
    """Return the checkpoint to resume from; None for a fresh start.

    Raises:
        ArtworkError: the file is not a checkpoint, or is damaged.
    """
    return checkpoint.read_checkpoint(path) if path and resume and exists(path) else None


def with_run_seed(recipe: SingleRecipe, seed: int | None, resumed: checkpoint.SavedRun | None) -> SingleRecipe:
    """Return the recipe with the seed of a run: the given one, else the checkpoint's, the recipe's, or a fresh one."""
    if resumed and seed is None:
        seed = int(resumed.header.recipe.get("seed", 0))
    if seed is None and recipe.seeded:
        return recipe
    return recipe.with_seed(draw_seed() if seed is None else check_int("seed", seed))


def take_size(values: dict[str, Any], size: tuple[int, int] | None) -> tuple[int, int] | None:
    """Return the given size, or the override ``size``, which is removed from the overrides; None if neither is set.

    Raises:
        LimnerError: the size is invalid.
    """
    if size is None and "size" in values:
        size = values.pop("size")
        size = typed_value(size, RecipeHeader, "size") if isinstance(size, TypedText) else size
    return None if size is None else Canvas(size).size


def _first_difference(old: Any, new: Any, path: str = "") -> str:
    """Return the path of the first difference between two tables, with both values; empty if they are equal."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [*old, *(k for k in new if k not in old)]:
            difference = _first_difference(old.get(key), new.get(key), f"{path}.{key}" if path else str(key))
            if difference:
                return difference
        return ""
    if isinstance(old, (list, tuple)) and isinstance(new, (list, tuple)) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return next(filter(None, (_first_difference(a, b, f"{path}.{i}") for i, (a, b) in pairs)), "")
    if isinstance(old, (list, tuple)) and isinstance(new, (list, tuple)):
        return f"{path}: {len(old)} in the checkpoint, {len(new)} here"
    return "" if old == new else f"{path}: {old} in the checkpoint, {new} here"
