"""The recipe of a restyled artwork: stages swapped and settings applied, and recoloured where a channel is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from limner.artworks.restyling.recolored import is_recolored, recolored_table, shown_mode, shown_table, source_mode
from limner.composition import overrides
from limner.composition.palette_choice import palette_overrides
from limner.composition.parser import parse
from limner.composition.recipe import LayeredRecipe, Recipe, RecipeHeader, SingleRecipe
from limner.composition.stage_choice import Swap
from limner.composition.stage_spec import StageSpec
from limner.registry.registry import registry
from limner.stages.color import OPACITY_FIELDS, ColorMode
from limner.utils.paths import StrPath

TONE_FIELDS = ("levels", "midtone", "span")
RECOLOR_PATHS = [["color", name] for name in (*TONE_FIELDS, "source", "target")]
"""The beginnings of paths of settings of the colour mode that recolours."""
MASK = "mask"
"""The blend whose last layer is a mask, not a picture."""


Unmeasured: TypeAlias = dict[str, list[str]]
"""Fields of colour modes that recolour, by the path of the recipe: ``layer.0.``, or empty."""


@dataclass(frozen=True)
class Look:
    """What a restyle changes in a recipe.

    Attributes:
        swap: replacement stages by role.
        values: settings by path.
        palette: the name of a palette, or a picture to take the colours from.
        colors: colours to mix instead.
        learned: whether the artwork has learned a picture, which must survive.
    """

    swap: Swap = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    palette: StrPath | None = None
    colors: str | Sequence[str] | None = None
    learned: bool = False

    def without_colours(self) -> Look:
        """Return the changes that a mask takes part in."""
        values = {path: value for path, value in self.values.items() if not path.startswith("color.")}
        swap = {role: stage for role, stage in self.swap.items() if role != "color"}
        return Look(swap, values, learned=self.learned)


def composed_table(recipe: Recipe, look: Look, at: str = "") -> tuple[dict[str, Any], Unmeasured]:
    """Return the table of a recipe with another look, and the fields of recoloured recipes that are to be measured.

    A blend passes swaps and settings on to all layers, except that a mask keeps its colours.

    Args:
        recipe: the recipe of the artwork.
        look: the changes.
        at: the path of the recipe.

    Raises:
        LimnerError: a swap or a setting is invalid.
    """
    if isinstance(recipe, LayeredRecipe):
        return _layered_table(recipe, look, at)
    assert isinstance(recipe, SingleRecipe)
    return _single_table(recipe, look, at)


def _layered_table(recipe: LayeredRecipe, look: Look, at: str) -> tuple[dict[str, Any], Unmeasured]:
    numbers = {path: _layer_number(path) for path in look.values}
    whole = {  # overrides report a layer that does not exist
        path: value
        for path, value in look.values.items()
        if _is_of_blend(path) or (numbers[path] or 0) >= len(recipe.layers)
    }
    shared = {path: value for path, value in look.values.items() if path not in whole and numbers[path] is None}
    swap = {role: stage for role, stage in look.swap.items() if role != "blend"}
    tables, unmeasured = list[dict[str, Any]](), Unmeasured()
    for i, layer in enumerate(recipe.layers):
        is_mask = recipe.blend.kind == MASK and i == len(recipe.layers) - 1
        inner = replace(look, swap=swap, values=shared)
        inner = inner.without_colours() if is_mask else inner
        own = {path.split(".", 2)[2]: value for path, value in look.values.items() if numbers[path] == i}
        table, fields = composed_table(layer, replace(inner, values={**inner.values, **own}), f"{at}layer.{i}.")
        tables.append(table)
        unmeasured |= fields
    blend = {role: stage for role, stage in look.swap.items() if role == "blend"}
    return overrides.apply({**recipe.table(), "layer": tables}, whole, blend), unmeasured


def _is_of_blend(path: str) -> bool:
    return path in RecipeHeader.model_fields or path.startswith("blend.")


def _layer_number(path: str) -> int | None:
    """Return the number of the layer that a path names, 0 for ``layer.0.color.dark``; None if it names none."""
    head, number, *rest = [*path.split("."), "", ""]
    return int(number) if head == "layer" and number.isdecimal() and rest[0] else None


def _single_table(recipe: SingleRecipe, look: Look, at: str) -> tuple[dict[str, Any], Unmeasured]:
    """Return the table of a single recipe, recoloured if its picture would not survive another colour mode."""
    base, shown = recipe.table(), shown_table(recipe)
    values, swap = palette_overrides(shown, look.values, look.swap, palette=look.palette, colors=look.colors)
    if "color" in swap or "color.kind" in values:  # another mode inherits the opacity
        inherited = {f"color.{name}": base["color"][name] for name in OPACITY_FIELDS if recipe.color.stage.alpha}
        values = inherited | values
    tone = {path: value for path, value in values.items() if path.split(".")[:2] in RECOLOR_PATHS}
    table = overrides.apply(shown, {p: v for p, v in values.items() if p not in tone}, swap)
    chosen = parse(table, registry(), recipe.title)
    assert isinstance(chosen, SingleRecipe)
    source = source_mode(recipe)
    if not _is_recolored_by(source, chosen.color, learned=look.learned):
        return overrides.apply(table, tone), {}
    kept = {name: base["color"][name] for name in TONE_FIELDS} if is_recolored(recipe) else {}
    table["color"] = recolored_table(source.table(), chosen.color.table(), **kept)
    fields = [name for name in TONE_FIELDS if f"color.{name}" not in tone and name not in kept]
    if kept and shown_mode(recipe) != chosen.color and "color.span" not in tone:
        fields.append("span")
    return overrides.apply(table, tone), {at: fields} if fields else {}


def _is_recolored_by(source: StageSpec[ColorMode], target: StageSpec[ColorMode], *, learned: bool) -> bool:
    """Return whether a colour mode takes the lightness of the picture instead of the channels of the network.

    Of a learned picture, other channels would be noise, and another mode of one channel knows nothing of its order.
    """
    before, after = source.stage.num_components(), target.stage.num_components()
    if before != after:
        return after == 1 or learned
    return learned and after == 1 and source.kind != target.kind
