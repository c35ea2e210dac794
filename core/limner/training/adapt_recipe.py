"""Adapt a recipe to the images that it is fitted to: size, channels, detail and conditioning codes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.composition.conditioning import conditioning_encoders
from limner.composition.recipe import SingleRecipe
from limner.errors import LimnerError
from limner.imaging.discovery import SAMPLE_PREFIX
from limner.stages.color import OPACITY_FIELDS

if TYPE_CHECKING:
    from limner.composition.recipe import Recipe
    from limner.training.filename_codes import ButtonCodes
    from limner.training.target_set import TargetSet

DEFAULT_RECIPE = "likeness"
DEFAULT_MULTI_IMAGE_RECIPE = "button-field"
"""The default recipe for several images."""
MAX_TITLE_NAMES = 4
"""The most images that a title names."""


def require_trainable(recipe: Recipe) -> SingleRecipe:
    """Return the recipe if it can be fitted to an image.

    Raises:
        LimnerError: it has layers, converts pictures, has a mask, or has no trainer.
    """
    if not isinstance(recipe, SingleRecipe):
        raise LimnerError(f"{recipe.title}: a blend cannot be fitted; choose a recipe without layers")
    if recipe.domain == "image":
        raise LimnerError(f"{recipe.title}: this recipe converts pictures; train it with `limner.train`")
    if recipe.mask is not None:
        raise LimnerError(
            f"{recipe.title}: a fit cannot learn behind the mask {recipe.mask.kind!r}; remove [mask] from the recipe, "
            "and add it to the result with `limner.restyle`"
        )
    if recipe.trainer is None:
        raise LimnerError(
            f"{recipe.title}: the recipe has no [trainer]; add one with `swap={{'trainer': 'backprop'}}`, or choose "
            f"another recipe, such as {DEFAULT_RECIPE}, neural-painting or rprop-portrait"
        )
    return recipe


def adapt_recipe(
    table: dict[str, Any], recipe: SingleRecipe, target_set: TargetSet, size: tuple[int, int], *, overridden: set[str]
) -> dict[str, Any]:
    """Return the recipe's table adapted to images: size, channels, detail and conditioning codes.

    Args:
        table: the recipe's table with all overrides applied.
        recipe: the parsed recipe.
        target_set: the images.
        size: width and height of the artwork, pixels.
        overridden: the paths of settings and stages that the user set; they keep their values.

    Raises:
        LimnerError: an overridden setting conflicts with the images.
    """
    target = target_set.first
    adapted = {**recipe.table(), "size": list(size)}
    if "seed" not in table:
        adapted.pop("seed", None)
    if "title" not in overridden:
        adapted["title"] = _title(target_set) or recipe.title
    adapted["color"].update(_unset(recipe.color.stage.settings_for_fit(), table.get("color", {})))
    if target.gray and recipe.color.kind != "gray":
        if "color" in overridden:
            raise LimnerError(
                f"`gray`: conflicts with the color stage {recipe.color.kind!r}; use `swap={{'color': 'gray'}}`"
            )
        adapted["color"] = {"kind": "gray", **{k: adapted["color"][k] for k in OPACITY_FIELDS}}
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
        encoder.update(_unset(spec.stage.settings_for(target.size), written_table))
    return adapted


def _unset(settings: Mapping[str, Any], written: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that a stage's table in a recipe does not contain."""
    return {name: value for name, value in settings.items() if name not in written}


def _title(target_set: TargetSet) -> str:
    """Return a title: the image's name, or the names of the first few images."""
    labels = target_set.codes.labels if target_set.codes else ()
    names = labels or [Path(target.name.removeprefix(SAMPLE_PREFIX)).stem for target in target_set.targets]
    if len(names) <= MAX_TITLE_NAMES:
        return " + ".join(names)[:200]
    return f"{' + '.join(names[: MAX_TITLE_NAMES - 1])} + {len(names) - MAX_TITLE_NAMES + 1} more"[:200]


def _frame_table(frame: dict[str, Any], size: tuple[int, int], overridden: set[str]) -> dict[str, Any]:
    """Return the frame's table with the size of the images.

    Raises:
        LimnerError: the user set another size.
    """
    image_size = dict(zip(("width", "height"), size, strict=True))
    for name, side in image_size.items():
        if f"frame.{name}" in overridden and frame[name] != side:
            raise LimnerError(f"frame.{name}: set by the images ({side}); reduce it with `train_size`")
    return {**frame, **image_size}


def _configure_encoders(
    recipe: SingleRecipe, tables: list[dict[str, Any]], codes: ButtonCodes, overridden: set[str]
) -> None:
    """Configure the tables of conditioning encoders for the images' codes.

    Raises:
        LimnerError: the recipe has no conditioning encoder, or the user set another number of buttons.
    """
    encoders = conditioning_encoders(recipe)
    if not encoders:
        names = list(dict.fromkeys([*(part.kind for part in recipe.encoders), "one-hot"]))
        raise LimnerError(
            f"{recipe.title}: has no buttons to distinguish {len(codes.table)} images; use a recipe with "
            f"buttons, such as {DEFAULT_MULTI_IMAGE_RECIPE}, or add some with `swap={{'encoder': {names}}}`"
        )
    for i, stage in encoders.items():
        path = f"encoder.{recipe.encoders[i].kind}.{stage.count_field}"
        if {path, f"encoder.{i}.{stage.count_field}"} & overridden and stage.num_buttons() != codes.num_buttons:
            raise LimnerError(f"{path}: set by the images ({codes.num_buttons}); remove this setting")
        fields = stage.fit_settings(
            codes.num_buttons, codes.labels, [] if codes.is_one_hot else codes.table.astype(float).tolist()
        )
        kind = recipe.encoders[i].kind
        overridden_fields = {name for name in fields if {f"encoder.{kind}.{name}", f"encoder.{i}.{name}"} & overridden}
        tables[i].update({name: value for name, value in fields.items() if name not in overridden_fields})
