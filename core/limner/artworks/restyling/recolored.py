"""The colours of a recipe that restyling changes: the mode of the picture, and the one that recolours it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, cast

from limner.composition.recipe import SingleRecipe
from limner.composition.stage_spec import StageSpec
from limner.stages.color import OPACITY_FIELDS, ColorMode

RECOLOR = "recolor"
"""The colour mode that gives a picture the colours of another mode by its lightness."""


class _Recolor(Protocol):
    """The fields of the colour mode ``recolor``."""

    source: StageSpec[ColorMode]
    target: StageSpec[ColorMode]


def is_recolored(recipe: SingleRecipe) -> bool:
    """Return whether the recipe recolours its picture by the lightness."""
    return recipe.color.kind == RECOLOR


def source_mode(recipe: SingleRecipe) -> StageSpec[ColorMode]:
    """Return the colour mode that the channels of the network are meant for."""
    return cast(_Recolor, recipe.color.stage).source if is_recolored(recipe) else recipe.color


def shown_mode(recipe: SingleRecipe) -> StageSpec[ColorMode]:
    """Return the colour mode that gives the picture its colours."""
    return cast(_Recolor, recipe.color.stage).target if is_recolored(recipe) else recipe.color


def shown_table(recipe: SingleRecipe) -> dict[str, Any]:
    """Return the recipe's table as if its colours were those of ``shown_mode`` alone, with the picture's opacity."""
    table = recipe.table()
    if not is_recolored(recipe):
        return table
    opacity = {name: table["color"][name] for name in OPACITY_FIELDS}
    return table | {"color": {**table["color"]["target"], **opacity}}


def recolored_table(source: Mapping[str, Any], target: Mapping[str, Any], **tone: Any) -> dict[str, Any]:
    """Return the table of a colour mode that recolours ``source`` by ``target``, with the opacity of the target.

    Args:
        source: the table of the picture's own mode.
        target: the table of a mode of one channel.
        tone: ``levels``, ``midtone`` and ``span``.
    """
    parts = {name: _opaque(table) for name, table in (("source", source), ("target", target))}
    opacity = {name: target[name] for name in OPACITY_FIELDS if name in target}
    return {"kind": RECOLOR, **parts, **tone, **opacity}


def _opaque(table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name not in OPACITY_FIELDS}
