"""Settings at their places in a recipe's table: their types, and whether they have an effect."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
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
    for _, table, field in placed:
        if field == "kind" and isinstance(table[field], TypedText):
            table[field] = table[field].strip()
    stages = dict(_stages(recipe, {path.partition(".")[0] for path, _, _ in placed}))
    known = [(one, stages[id(one.table)].cls) for one in placed if id(one.table) in stages]
    _read_texts(known)
    for _, table, field in placed:
        table[field] = plain_text_values(table[field])
    for one, cls in known:
        _reset_alternatives(one, cls, placed)
    for one, _ in known if not allow_unused else ():
        _check_used(one.path, one, stages)


def _read_texts(known: Sequence[tuple[PlacedSetting, type[Stage]]]) -> None:
    """Turn typed texts into values of their fields, in place.

    Raises:
        LimnerError: texts are not values of their fields' types; all of them are reported.
    """
    problems: list[str] = []
    for (path, table, field), cls in known:
        value = table[field]
        if isinstance(value, TypedText):
            try:
                table[field] = typed_value(TypedText(value, path, value.argument), cls, field)
            except LimnerError as error:
                problems.append(str(error))
    if problems:
        raise LimnerError("; ".join(problems))


def field_at(recipe: dict[str, Any], place: PlacedSetting) -> tuple[type[Stage], str] | None:
    """Return the class and the name of the field at a place of a recipe's table; None if its class has none."""
    stage = dict(_stages(recipe, {place.path.partition(".")[0]})).get(id(place.table))
    return (stage.cls, place.field) if stage is not None and place.field in stage.cls.model_fields else None


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


def _check_used(path: str, one: PlacedSetting, stages: Mapping[int, _Stage]) -> None:
    """Check that a setting has an effect, by the conditions of its stage and of the stages that hold it.

    Raises:
        LimnerError: it has none.
    """
    cls, holder = stages[id(one.table)].cls, stages[id(one.table)].holder
    defaults = {name: field.get_default(call_default_factory=True) for name, field in cls.model_fields.items()}
    unmet = unmet_condition(cls, one.field, {**defaults, **one.table})
    if unmet is not None:
        stage = one.path.rpartition(".")[0]
        raise LimnerError(f"setting {path!r}: has no effect {unmet.worded(f'{stage}.')}")
    if holder is not None:
        outer = one.path.rpartition(".")[0]
        _check_used(path, PlacedSetting(outer, *holder), stages)


class _Stage(NamedTuple):
    """The class of a stage's table, and the table and the field that hold it; None for a stage of the recipe."""

    cls: type[Stage]
    holder: tuple[dict[str, Any], str] | None = None


def _stages(recipe: dict[str, Any], names: Collection[str], depth: int = 0) -> Iterator[tuple[int, _Stage]]:
    """Yield the identities of the tables of a recipe, of its layers and of their stages, each with its class.

    Args:
        recipe: the recipe's table.
        names: the keys whose stages are needed, or ``layer``.
        depth: the nesting depth of the recipe.
    """
    yield id(recipe), _Stage(RecipeHeader)
    for name in (name for name in NAMES if name in names):
        for one in _listed(recipe.get(name)):
            yield from _nested_stages(one, one, StageLocation(name, "", ROLE_OF_KEY.get(name, name)))
    for layer in _listed(recipe.get("layer")) if "layer" in names else ():
        if isinstance(layer, dict) and depth < MAX_NESTING:
            yield from _stages(layer, (*NAMES, "layer"), depth + 1)


def _nested_stages(
    table: Any, filled: Any, location: StageLocation, holder: tuple[dict[str, Any], str] | None = None
) -> Iterator[tuple[int, _Stage]]:
    """Yield the identity and the class of a stage's table, and of those nested in it.

    Args:
        table: the table; other values, such as just a name, have no settings.
        filled: the table with its ``kind``, which may be a default of the stage that holds it.
        location: the location of the stage.
        holder: the table and the field that hold the stage.
    """
    if not isinstance(table, dict) or not isinstance(filled, dict) or location.inside.count(".") >= MAX_NESTING:
        return
    cls = class_at(location, filled)
    if cls is None:
        return
    yield id(table), _Stage(cls, holder)
    kinds = fill_kinds(cls, table)
    for name, mark in nested_fields(cls).items():
        for one, with_kind in zip(_listed(table.get(name)), _listed(kinds.get(name)), strict=False):
            yield from _nested_stages(one, with_kind, location.within(name, mark.role), (table, name))


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else [] if value is None else [value]
