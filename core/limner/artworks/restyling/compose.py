"""The recipe of a restyled artwork: stages swapped and settings applied, and recoloured where a channel is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from limner.artworks.restyling.recolored import (
    OPACITY_FIELDS,
    is_recolored,
    recolored_table,
    shown_mode,
    shown_table,
    source_mode,
)
from limner.composition import overrides
from limner.composition.parser import parse
from limner.composition.recipe import LayeredRecipe, Recipe, RecipeHeader, SingleRecipe
from limner.composition.stage_choice import Swap
from limner.errors import LimnerError
from limner.registry.registry import registry

TONE_FIELDS = ("levels", "midtone", "span")
RECOLOR_FIELDS = (*TONE_FIELDS, "source", "target")
MASK = "mask"
"""The blend whose last layer is a mask, not a picture."""
CONVERTS = "converts pictures and has none of its own to restyle; use: limner translate apply NETWORK IMAGE"


Unmeasured: TypeAlias = dict[str, list[str]]
"""Fields of colour modes that recolour, by the path of the recipe: ``layer.0.``, or empty."""


@dataclass(frozen=True)
class Look:
    """What a restyle changes in a recipe.

    Attributes:
        swap: replacement stages by role.
        values: settings by path.
    """

    swap: Swap = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)

    def changes(self, role: str) -> bool:
        """Return whether stages of a role are swapped, or a setting of them is given."""
        return role in self.swap or any(path.startswith(f"{role}.") for path in self.values)


def composed_table(recipe: Recipe, look: Look, at: str = "") -> tuple[dict[str, Any], Unmeasured]:
    """Return the table of a recipe with another look, and the fields of recoloured recipes that are to be measured.

    A blend passes swaps and settings on to all layers, except that a mask keeps its colours.

    Args:
        recipe: the recipe of the artwork.
        look: the changes.
        at: the path of the recipe.

    Raises:
        LimnerError: a swap or a setting is invalid, or the recipe converts pictures.
    """
    if isinstance(recipe, LayeredRecipe):
        return _layered_table(recipe, look, at)
    if not isinstance(recipe, SingleRecipe) or recipe.output is not None:
        raise LimnerError(f"{recipe.title}: {CONVERTS}")
    return _single_table(recipe, look, at)


def _layered_table(recipe: LayeredRecipe, look: Look, at: str) -> tuple[dict[str, Any], Unmeasured]:
    whole = {path: value for path, value in look.values.items() if _is_of_blend(path)}
    shared = {path: value for path, value in look.values.items() if path not in whole and not _is_of_layer(path)}
    tables, unmeasured = list[dict[str, Any]](), Unmeasured()
    for i, layer in enumerate(recipe.layers):
        is_mask = recipe.blend.kind == MASK and i == len(recipe.layers) - 1
        own = {path: value for path, value in shared.items() if not (is_mask and path.startswith("color."))}
        own |= {path.split(".", 2)[2]: v for path, v in look.values.items() if path.startswith(f"layer.{i}.")}
        swap = {role: s for role, s in look.swap.items() if role != "blend" and not (is_mask and role == "color")}
        table, inner = composed_table(layer, Look(swap, own), f"{at}layer.{i}.")
        tables.append(table)
        unmeasured |= inner
    blend = {role: stage for role, stage in look.swap.items() if role == "blend"}
    return overrides.apply({**recipe.table(), "layer": tables}, whole, blend), unmeasured


def _is_of_blend(path: str) -> bool:
    return path in RecipeHeader.model_fields or path.startswith("blend.")


def _is_of_layer(path: str) -> bool:
    """Return whether a path names a layer by its number: ``layer.0.color.dark``."""
    head, number, *rest = [*path.split("."), "", ""]
    return head == "layer" and number.isdecimal() and bool(rest[0])


def _single_table(recipe: SingleRecipe, look: Look, at: str) -> tuple[dict[str, Any], Unmeasured]:
    """Return the table of a single recipe. It is recoloured if its colours change from several channels to one."""
    base = recipe.table()
    values = dict(look.values)
    if "color" in look.swap or "color.kind" in values:  # another mode inherits the opacity
        inherited = {f"color.{name}": base["color"][name] for name in OPACITY_FIELDS if recipe.color.stage.alpha}
        values = inherited | values
    tone = {
        path: value for path, value in values.items() if path.split(".")[:2] in [["color", f] for f in RECOLOR_FIELDS]
    }
    table = overrides.apply(shown_table(recipe), {p: v for p, v in values.items() if p not in tone}, look.swap)
    chosen = parse(table, registry(), recipe.title)
    assert isinstance(chosen, SingleRecipe)
    source, mode = source_mode(recipe), chosen.color.stage
    if mode.num_components() > 1 or source.stage.num_components() == 1:
        return overrides.apply(table, tone), {}
    kept = {name: base["color"][name] for name in TONE_FIELDS} if is_recolored(recipe) else {}
    table["color"] = recolored_table(source.table(), chosen.color.table(), **kept)
    fields = [name for name in TONE_FIELDS if f"color.{name}" not in tone and name not in kept]
    if kept and shown_mode(recipe) != chosen.color and "color.span" not in tone:
        fields.append("span")
    return overrides.apply(table, tone), {at: fields} if fields else {}
