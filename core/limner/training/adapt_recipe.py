"""Tailoring: a recipe made for the picture that it is to learn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.composition.conditioning import conditioning_encoders
from limner.composition.recipe import SingleRecipe
from limner.errors import LimnerError
from limner.imaging.discovery import SAMPLE_PREFIX

if TYPE_CHECKING:
    from limner.composition.recipe import Recipe
    from limner.training.filename_codes import ButtonCodes
    from limner.training.target_set import TargetSet

DEFAULT_RECIPE = "likeness"
DEFAULT_MULTI_IMAGE_RECIPE = "button-field"
"""What learns several pictures where no recipe is named."""
MAX_TITLE_NAMES = 4
"""Pictures that a title names."""


def require_trainable(recipe: Recipe) -> SingleRecipe:
    """A recipe that can learn.

    Raises:
        LimnerError: it has layers, or no trainer.
    """
    if not isinstance(recipe, SingleRecipe):
        raise LimnerError(f"{recipe.title}: is a blend, and a fit needs one model; choose a recipe without layers")
    if recipe.domain == "image":
        raise LimnerError(f"{recipe.title}: takes pictures to pictures; train it with `limner.train`")
    if recipe.trainer is None:
        raise LimnerError(
            f"{recipe.title}: the recipe has no [trainer] and cannot learn; give it one with "
            f"`swap={{'trainer': 'backprop'}}`, or choose one that has: {DEFAULT_RECIPE}, neural-painting, rprop-portrait"
        )
    return recipe


def adapt_recipe(
    table: dict[str, Any], recipe: SingleRecipe, target_set: TargetSet, size: tuple[int, int], *, overridden: set[str]
) -> dict[str, Any]:
    """The recipe's table made for pictures: size, channels, detail, buttons; what was given by hand stands.

    Raises:
        LimnerError: what was given does not go with the pictures.
    """
    target = target_set.first
    adapted = {**recipe.table(), "size": list(size)}
    if "seed" not in table:
        adapted.pop("seed", None)
    if "title" not in overridden:
        adapted["title"] = _title(target_set) or recipe.title
    if target.gray and recipe.color.kind != "gray":
        if "color" in overridden:
            raise LimnerError(
                f"`gray`: learns one channel and goes with `swap={{'color': 'gray'}}`, not {recipe.color.kind!r}"
            )
        adapted["color"] = {"kind": "gray", **{k: adapted["color"][k] for k in ("alpha", "opacity")}}
    if target.alpha:
        opacity = {} if "color.opacity" in overridden else {"opacity": "plain"}
        adapted["color"] = {**adapted["color"], "alpha": True, **opacity}
    adapted.setdefault("loss", {"kind": "mse"})
    if recipe.domain == "code":
        adapted["frame"] = _frame_table(adapted["frame"], target.size, overridden)
    if target_set.codes is not None:
        _configure_encoders(recipe, adapted["encoder"], target_set.codes, overridden)
    written_tables = table.get("encoder", [])
    for written_table, encoder, spec in zip(written_tables, adapted["encoder"], recipe.encoders, strict=False):
        encoder.update({k: v for k, v in spec.stage.settings_for(target.size).items() if k not in written_table})
    return adapted


def _title(target_set: TargetSet) -> str:
    """The picture's name; of several, the first ones'."""
    labels = target_set.codes.labels if target_set.codes else ()
    names = labels or [Path(target.name.removeprefix(SAMPLE_PREFIX)).stem for target in target_set.targets]
    if len(names) <= MAX_TITLE_NAMES:
        return " + ".join(names)[:200]
    return f"{' + '.join(names[: MAX_TITLE_NAMES - 1])} + {len(names) - MAX_TITLE_NAMES + 1} more"[:200]


def _frame_table(frame: dict[str, Any], size: tuple[int, int], overridden: set[str]) -> dict[str, Any]:
    """The frame with the pictures' size."""
    image_size = dict(zip(("width", "height"), size, strict=True))
    for name, side in image_size.items():
        if f"frame.{name}" in overridden and frame[name] != side:
            raise LimnerError(f"frame.{name}: follows from the pictures, {side} here; `train_size` makes them smaller")
    return {**frame, **image_size}


def _configure_encoders(
    recipe: SingleRecipe, tables: list[dict[str, Any]], codes: ButtonCodes, overridden: set[str]
) -> None:
    """Encoders made for the codes' buttons."""
    encoders = conditioning_encoders(recipe)
    if not encoders:
        raise LimnerError(
            f"{recipe.title}: tells no pictures apart, and there are {len(codes.table)}; use a recipe with buttons, "
            f"{DEFAULT_MULTI_IMAGE_RECIPE} say, or give it some: `encoders` "
            + ",".join(dict.fromkeys([*(part.kind for part in recipe.encoders), "one-hot"]))
        )
    for i, stage in encoders.items():
        path = f"encoder.{recipe.encoders[i].kind}.{stage.count_field}"
        if {path, f"encoder.{i}.{stage.count_field}"} & overridden and stage.num_buttons() != codes.buttons:
            raise LimnerError(f"{path}: follows from the pictures, {codes.buttons} here; leave it out")
        fields = stage.fit_settings(
            codes.buttons, codes.labels, [] if codes.is_one_hot else codes.table.astype(float).tolist()
        )
        kind = recipe.encoders[i].kind
        overridden_fields = {name for name in fields if {f"encoder.{kind}.{name}", f"encoder.{i}.{name}"} & overridden}
        tables[i].update({name: value for name, value in fields.items() if name not in overridden_fields})
