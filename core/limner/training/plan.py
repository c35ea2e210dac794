"""The plan of a fit, checked before the fit starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from limner.artworks.recipe_sources import find
from limner.composition import overrides
from limner.composition.conditioning import conditioning_encoders, with_weights
from limner.composition.palette_choice import palette_overrides
from limner.composition.parser import parse
from limner.composition.recipe import SingleRecipe
from limner.errors import LimnerError
from limner.imaging.discovery import check_picture_count, list_pictures
from limner.imaging.loaded_image import ImageLike, LoadedImage, is_one_image, load_image
from limner.registry.registry import registry
from limner.training.adapt_recipe import DEFAULT_MULTI_IMAGE_RECIPE, DEFAULT_RECIPE, adapt_recipe, require_trainable
from limner.training.base_plan import TrainingPlan, resumed_checkpoint, take_size, with_run_seed
from limner.training.run import Budget
from limner.training.run import make_budget as make_budget
from limner.training.target_set import TargetSet, read_target_set
from limner.utils.arguments import check_int
from limner.utils.paths import StrPath

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.composition.recipe import Recipe
    from limner.composition.stage_choice import Swap
    from limner.imaging.target import Target

FITTED_PALETTE_MODE = "mixture"
"""The colour mode that replaces one that takes no palette: neighbouring pixels can have any two colours, without those
between them in a gradient."""


@dataclass(frozen=True, kw_only=True)
class FitPlan(TrainingPlan):
    """The plan of a fit: a recipe configured for an image, or for several.

    Attributes:
        target_set: the images.
        background: the colour behind transparent areas; None to learn the opacity.
        train_size: the longer side of the copy that is fitted; 0 for the image's own size.
    """

    OTHER_TARGETS: ClassVar[str] = (
        "this checkpoint belongs to another picture or another size; choose another file with `out`"
    )

    target_set: TargetSet
    background: str | None = None
    train_size: int = 0

    @property
    def target(self) -> Target:
        """The first image."""
        return self.target_set.first

    @property
    def digest(self) -> str:
        """The digest of the images and their codes."""
        return self.target_set.digest

    @property
    def points(self) -> int:
        """The number of samples in an epoch: points, or whole images."""
        width, height = self.target.size
        return len(self.target_set) * (1 if self.recipe.domain == "code" else width * height)


def prepare(
    images: ImageLike | Sequence[ImageLike],
    recipe: StrPath | Artwork | Recipe | Mapping[str, Any] | None,
    budget: Budget,
    *,
    epochs: int = 0,
    seed: int | None = None,
    size: tuple[int, int] | None = None,
    values: Mapping[str, Any] | None = None,
    swap: Swap | None = None,
    palette: StrPath | None = None,
    colors: str | Sequence[str] | None = None,
    gray: bool = False,
    background: str | None = None,
    train_size: int = 0,
    checkpoint_path: Path | None = None,
    resume: bool = False,
    checkpoint_interval: float = 30.0,
) -> FitPlan:
    """Check the arguments, which are those of ``fit``, and return the plan of the fit.

    Raises:
        LimnerError: an argument is invalid, or the checkpoint to resume from is damaged or belongs to another run.
    """
    names = _sources(images)
    resumed = resumed_checkpoint(checkpoint_path, resume=resume)
    if background is not None and not isinstance(background, str):
        raise LimnerError(f"`background`: must be a CSS colour such as 'white', got {background!r}")
    values, swap = overrides.settings_of(values), overrides.swaps_of(swap)
    overrides.check_set_once(values, size=size, seed=seed)
    size = take_size(values, size)
    table, source = find(
        (DEFAULT_RECIPE if len(names) == 1 else DEFAULT_MULTI_IMAGE_RECIPE) if recipe is None else recipe
    )
    values, swap = palette_overrides(
        table, values, swap, palette=palette, colors=colors, replacement=FITTED_PALETTE_MODE
    )
    table = overrides.apply(table, values, swap, undecided=("alpha",))
    chosen = require_trainable(parse(table, registry(), source))
    gray = gray or chosen.color.kind == "gray"
    has_codes = chosen.domain == "code" or bool(conditioning_encoders(chosen))
    train_size = check_int("train_size", train_size)
    target_set = read_target_set(names, has_codes=has_codes, gray=gray, background=background, train_size=train_size)
    adapted = adapt_recipe(
        table,
        chosen,
        target_set,
        size or target_set.first.original_size,
        overridden={*values, *swap} | ({"color"} if palette is not None or colors is not None else set()),
    )
    chosen = with_run_seed(require_trainable(parse(adapted, registry(), source)), seed, resumed)
    plan = FitPlan(
        recipe=chosen,
        target_set=target_set,
        budget=budget,
        checkpoint_path=checkpoint_path,
        resumed=resumed,
        checkpoint_interval=checkpoint_interval,
        background=background,
        train_size=train_size,
    )
    plan.check_checkpoint()
    return replace(plan, budget=budget.within_epochs(epochs, plan.points, plan.trainer))


def training_recipes(recipe: SingleRecipe, target_set: TargetSet) -> list[SingleRecipe]:
    """Return a recipe for each image, with the image's code."""
    if target_set.codes is None:
        return [recipe]
    return [with_weights(recipe, [float(weight) for weight in code]) for code in target_set.codes.table]


def _sources(images: Any) -> list[str | LoadedImage]:
    """Return the files and loaded images that ``images`` names.

    Raises:
        LimnerError: an item is not an image, or there are none or too many.
    """
    several = not is_one_image(images)
    if several and not isinstance(images, list | tuple):
        raise LimnerError(f"`images`: must be paths, arrays or Pillow images, not {type(images).__name__}")
    inputs = list(images) if several else [images]
    if any(hasattr(image, "ndim") and image.ndim > 3 for image in inputs):
        raise LimnerError("`images`: an array holds one image; pass several as a list")
    loaded = [
        load_image(image, f"image-{i + 1}", f"images[{i}]") if several else load_image(image, "image", "images")
        for i, image in enumerate(inputs)
    ]
    sources: list[str | LoadedImage] = [] if loaded else [*list_pictures([])]  # raises an error: there are no images
    for image in loaded:
        sources += list_pictures([image]) if isinstance(image, str) else [image]
    check_picture_count(len(sources))
    return sources
