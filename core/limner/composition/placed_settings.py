"""Settings at their places in a recipe's table: their types, and whether they have an effect."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from limner.composition.nested import fill_kinds, nested_fields
from limner.composition.recipe import MAX_NESTING, ROLE_OF_KEY, RecipeHeader
from limner.composition.stage_tables import NAMES, StageLocation, class_at
from limner.errors import LimnerError
from limner.stages.base import Stage
from limner.utils.conditions import unmet_condition
from limner.utils.typed_text import TypedText, plain_text_values, typed_value

EMPTY: tuple[Any, ...] = ("", (), [], None)
"""Values of a field that leave the decision to another field of its group."""


class PlacedSetting(NamedTuple):
    """A setting that was written into a recipe's table.

    Attributes:
        path: the path, as given: ``encoder.xy.scale``.
        table: the table of the stage, or of the recipe.
        field: the field.
    """

    path: str
    table: dict[str, Any]
    field: str


def settle(recipe: dict[str, Any], placed: Sequence[PlacedSetting], *, allow_unused: bool) -> None:
    """Give the typed texts in a recipe's table their types, and reset the fields that would hide a setting, in place.

    Args:
        recipe: the recipe's table.
        placed: the settings that were written into it.
        allow_unused: accept settings that have no effect together with the others.

    Raises:
        LimnerError: typed texts are not values of their fields' types; all of them are reported. Or a setting has no
            effect.
    """
    _check_places(placed)
    classes = dict(_classes(recipe, {path.partition(".")[0] for path, _, _ in placed}))
    problems: list[str] = []
    for path, table, field in placed:
        value, cls = table.get(field), classes.get(id(table))
        if not isinstance(value, TypedText):
            continue
        if field == "kind":
            table[field] = value.strip()
        elif cls is not None:
            try:
                table[field] = typed_value(TypedText(value, path, value.argument), cls, field)
            except LimnerError as error:
                problems.append(str(error))
    if problems:
        raise LimnerError("; ".join(problems))
    for _, table, field in placed:
        table[field] = plain_text_values(table[field])
    for one in placed:
        if cls := classes.get(id(one.table)):
            _reset_alternatives(one, cls, placed)
    if not allow_unused:
        for one in placed:
            if cls := classes.get(id(one.table)):
                _check_used(one, cls)


def field_at(recipe: dict[str, Any], place: PlacedSetting) -> tuple[type[Stage], str] | None:
    """Return the class and the name of the field at a place of a recipe's table; None if its class has none."""
    cls = dict(_classes(recipe, {place.path.partition(".")[0]})).get(id(place.table))
    return (cls, place.field) if cls is not None and place.field in cls.model_fields else None


def _check_places(placed: Sequence[PlacedSetting]) -> None:
    """Check that no two paths mean the same field, as ``encoder.0.scale`` and ``encoder.xy.scale`` may.

    Raises:
        LimnerError: two of them do.
    """
    paths: dict[tuple[int, str], str] = {}
    for path, table, field in placed:
        other = paths.setdefault((id(table), field), path)
        if other != path:
            raise LimnerError(f"settings {other!r} and {path!r}: are the same field; omit one of them")


def _reset_alternatives(one: PlacedSetting, cls: type[Stage], placed: Sequence[PlacedSetting]) -> None:
    """Reset the other fields of the setting's group, if any.

    Raises:
        LimnerError: another field of the group is set too.
    """
    if one.table[one.field] in EMPTY:
        return
    for other in (name for group in cls.exclusive_fields if one.field in group for name in group if name != one.field):
        also = next((two for two in placed if two.table is one.table and two.field == other), None)
        if also is None:
            one.table.pop(other, None)
        elif one.table[other] not in EMPTY:
            raise LimnerError(
                f"settings {one.path!r} and {also.path!r}: only one of them has an effect; omit the other"
            )


def _check_used(one: PlacedSetting, cls: type[Stage]) -> None:
    """Check that a setting has an effect, by the conditions of its stage.

    Raises:
        LimnerError: it has none.
    """
    defaults = {name: field.get_default(call_default_factory=True) for name, field in cls.model_fields.items()}
    unmet = unmet_condition(cls, one.field, {**defaults, **one.table})
    if unmet is not None:
        parent = one.path.rpartition(".")[0]
        raise LimnerError(f"setting {one.path!r}: has no effect {unmet.worded(f'{parent}.')}")


def _classes(recipe: dict[str, Any], names: Collection[str], depth: int = 0) -> Iterator[tuple[int, type[Stage]]]:
    """Yield the identities of the tables of a recipe, of its layers and of their stages, each with its class.

    Args:
        recipe: the recipe's table.
        names: the keys whose stages are needed, or ``layer``.
        depth: the nesting depth of the recipe.
    """
    yield id(recipe), RecipeHeader
    for name in (name for name in NAMES if name in names):
        for one in _listed(recipe.get(name)):
            yield from _stage_classes(one, StageLocation(name, "", ROLE_OF_KEY.get(name, name)))
    for layer in _listed(recipe.get("layer")) if "layer" in names else ():
        if isinstance(layer, dict) and depth < MAX_NESTING:
            yield from _classes(layer, (*NAMES, "layer"), depth + 1)


def _stage_classes(table: Any, location: StageLocation) -> Iterator[tuple[int, type[Stage]]]:
    """Yield the identity and the class of a stage's table, and of those nested in it."""
    cls = class_at(location, table) if isinstance(table, dict) and location.inside.count(".") < MAX_NESTING else None
    if cls is None:
        return
    yield id(table), cls
    filled = fill_kinds(cls, table)
    for name, mark in nested_fields(cls).items():
        for given, one in zip(_listed(table.get(name)), _listed(filled.get(name)), strict=False):
            inside = dict(_stage_classes(one, location.within(name, mark.role)))
            if isinstance(given, dict) and id(one) in inside:
                yield id(given), inside.pop(id(one))
            yield from inside.items()


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else [] if value is None else [value]
