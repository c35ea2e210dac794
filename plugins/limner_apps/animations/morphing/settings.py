"""A recipe between two recipes: numbers and colours are mixed."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from limner.app.recipes import LayeredRecipe, Recipe, SingleRecipe
from limner.plugin import Stage, StageSpec, parse_color
from limner_apps.animations.moves.colors import has_hue
from limner_apps.animations.moves.planned import SCALES
from limner_apps.animations.moves.tracks import Track

PAINTED = ("frame", "warps", "encoders", "network", "color", "mask")
"""The fields of a recipe that determine its picture; the others are for training."""

UNPAINTED = ("labels", "codes")
"""Settings of stages that name or describe what was trained, and do not change the picture."""


class UnmixableError(ValueError):
    """Two recipes have different stages, or differ in a setting that has no values in between."""


def mixed_recipe(start: Recipe, end: Recipe, share: float, *, strict: bool = True) -> Recipe:
    """Return the first recipe with its numbers and colours on the way to those of the second.

    Numbers are mixed in proportion, scales in equal ratios, and colours in OKLab or by hue, as ``--move`` does. Title,
    seed, size and everything about training are those of the first recipe.

    Args:
        start: a recipe.
        end: another recipe.
        share: the share of the second one, 0 to 1.
        strict: raise an error if the recipes differ in other settings; otherwise those of the first are used.

    Raises:
        UnmixableError: the recipes have different stages, or differ in other settings, or a stage does not allow the
            mixture.
    """
    mixed: Recipe = _mixed(start, end, share, strict)
    return mixed


def _mixed(a: Any, b: Any, share: float, strict: bool) -> Any:
    """Return a value between two values."""
    if a == b:
        return a
    if isinstance(a, LayeredRecipe) and isinstance(b, LayeredRecipe):
        return replace(
            a, layers=_mixed(a.layers, b.layers, share, strict), blend=_mixed(a.blend, b.blend, share, strict)
        )
    if isinstance(a, SingleRecipe) and isinstance(b, SingleRecipe):
        values = {name: _mixed(getattr(a, name), getattr(b, name), share, strict) for name in PAINTED}
        return replace(a, **values)
    if isinstance(a, StageSpec) and isinstance(b, StageSpec) and a.kind == b.kind:
        return replace(a, stage=_mixed_stage(a.stage, b.stage, share, strict))
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        return tuple(_mixed(one, two, share, strict) for one, two in zip(a, b, strict=True))
    if isinstance(a, float) and isinstance(b, float):
        return a + share * (b - a) if share < 1.0 else b
    if isinstance(a, str) and isinstance(b, str) and _is_color(a) and _is_color(b):
        return _mixed_color(a, b, round(share, 4))
    if strict or isinstance(a, Recipe | StageSpec) or isinstance(b, Recipe | StageSpec):
        raise UnmixableError("the recipes differ")
    return a


def _mixed_stage(a: Stage, b: Stage, share: float, strict: bool) -> Stage:
    """Return a stage between two stages of a class."""
    fields = {name: getattr(a, name) for name in type(a).model_fields}
    for name in fields.keys() - UNPAINTED:
        one, two = fields[name], getattr(b, name)
        if name.rpartition("_")[2] in SCALES and isinstance(one, float) and isinstance(two, float) and one * two > 0:
            fields[name] = one * (two / one) ** share if share < 1.0 else two
        else:
            fields[name] = _mixed(one, two, share, strict)
    try:
        return type(a).model_validate(fields)
    except ValueError as error:  # pydantic's, too
        raise UnmixableError(str(error)) from error


def _is_color(text: str) -> bool:
    try:
        parse_color(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def _mixed_color(start: str, end: str, share: float) -> str:
    """Return a colour between two colours, as ``#rrggbb``."""
    between = "hue" if has_hue(start) and has_hue(end) else "colour"
    color: str = Track((start, end), between, closed=False).eased(share, "linear")
    return color
