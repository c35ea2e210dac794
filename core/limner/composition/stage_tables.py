"""The tables of stages inside a recipe's table, rewritten before the recipe is parsed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from limner.composition.nested import fill_kinds, nested_fields, qualify_own_stages
from limner.composition.recipe import DEFAULTS, LIST_KEYS, MAX_NESTING, OPTIONAL_KEYS, ROLE_OF_KEY
from limner.errors import LimnerError
from limner.registry.registry import registry
from limner.stages.base import Stage

NAMES = tuple(dict.fromkeys((*DEFAULTS, *OPTIONAL_KEYS, *LIST_KEYS, "blend")))
"""The keys of a recipe's table under which stages are, one or a list."""


@dataclass(frozen=True)
class StageLocation:
    """Where a stage is in a recipe.

    Attributes:
        part: the path of the part of the recipe: ``encoder.0``, ``layer.1.color``.
        inside: the path from there to a stage that the part holds, ``first``; empty for the part itself.
        role: the stage's role.
    """

    part: str
    inside: str
    role: str

    @property
    def path(self) -> str:
        """The whole path, ``color.first``."""
        return f"{self.part}.{self.inside}" if self.inside else self.part

    def within(self, field: str, role: str) -> StageLocation:
        """Return the place of a stage that this one holds."""
        return StageLocation(self.part, f"{self.inside}.{field}" if self.inside else field, role)


Change: TypeAlias = Callable[[StageLocation, dict[str, Any]], dict[str, Any]]


def rewrite_stages(table: Mapping[str, Any], change: Change, at: str = "", depth: int = 0) -> dict[str, Any]:
    """Return a recipe's table with each stage's table replaced, a stage before those that it holds.

    Anything but a table of a stage is unchanged: the parser reports it. So is what a stage holds whose class does not
    load.

    Args:
        table: the recipe.
        change: returns a new table, given the place and a copy of the table.
        at: the path that leads to the recipe, with a dot at its end.
        depth: how deep the recipe is nested in others.
    """
    out = dict(table)
    for name in NAMES:
        if name in out:
            out[name] = _each(
                out[name], name, lambda one, path: _stage(one, StageLocation(at + path, "", _role(path)), change)
            )
    layers = out.get("layer")
    if isinstance(layers, (list, tuple)) and depth < MAX_NESTING:
        out["layer"] = [
            rewrite_stages(layer, change, f"{at}layer.{i}.", depth + 1) if isinstance(layer, Mapping) else layer
            for i, layer in enumerate(layers)
        ]
    return out


def qualify_stages(table: Mapping[str, Any], home: str) -> dict[str, Any]:
    """Return the table of a package's preset in which the package's own stages have their qualified names.

    So a preset means the same stages, whatever else is installed.
    """
    return rewrite_stages(
        table, lambda place, one: one if place.inside else dict(qualify_own_stages(place.role, one, home))
    )


def fields_holding(table: Mapping[str, Any], role: str, at: str = "", depth: int = 0) -> Iterator[tuple[str, bool]]:
    """Yield the path of every field of a recipe's stages that holds stages of a role, and whether it holds several.

    Args:
        table: the recipe; what it leaves out is by default.
        role: the role.
        at: the path that leads to the recipe, with a dot at its end.
        depth: how deep the recipe is nested in others.
    """
    layers = table.get("layer")
    if isinstance(layers, (list, tuple)) and depth < MAX_NESTING:
        for i, layer in enumerate(layers):
            if isinstance(layer, Mapping):
                yield from fields_holding(layer, role, f"{at}layer.{i}.", depth + 1)
    for name in NAMES:
        value = table.get(name, None if "layer" in table else DEFAULTS.get(name))
        for path, one in _numbered(value, name):
            yield from _held(one, StageLocation(at + path, "", _role(path)), role)


def class_at(place: StageLocation, table: Mapping[str, Any]) -> type[Stage] | None:
    """Return the class of the stage whose table this is; None if there is none or it does not load."""
    kind = table.get("kind", DEFAULTS[place.role]["kind"] if place.role in ("frame", "network", "color") else None)
    try:
        return registry().load(place.role, kind) if isinstance(kind, str) else None
    except LimnerError:
        return None


def revision_change(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return which stage of two tables of a recipe is of another revision in each; empty if none is.

    The clause names the package: ``encoder.0 'limner-foo/ridges' is of revision 1, and limner-foo 1.2 has revision 2``.

    Args:
        old: the table that was stored.
        new: the table of the installed revisions.
    """
    current = _loaded(new)
    for path, (place, table) in _loaded(old).items():
        _, other = current.get(path, (place, {}))
        there, here = table.get("revision", 1), other.get("revision", 1)
        if table.get("kind") == other.get("kind") and there != here:
            entry = registry().entry(place.role, str(table["kind"]))
            said = f"{path} {entry.canonical_name!r} is of revision {str(there)[:40]}"
            return f"{said}, and {entry.owner} has revision {here}"
    return ""


def _loaded(recipe: Mapping[str, Any]) -> dict[str, tuple[StageLocation, dict[str, Any]]]:
    """Return the tables of all stages that load, by their paths, each with its place."""
    out: dict[str, tuple[StageLocation, dict[str, Any]]] = {}

    def look(place: StageLocation, table: dict[str, Any]) -> dict[str, Any]:
        if isinstance(table.get("kind"), str) and class_at(place, table) is not None:
            out[place.path] = place, table
        return table

    rewrite_stages(recipe, look)
    return out


def _held(stage: Any, place: StageLocation, role: str) -> Iterator[tuple[str, bool]]:
    """Yield the fields of one stage, and of those that it holds, as ``holders`` does."""
    table = {"kind": stage} if isinstance(stage, str) else stage
    cls = class_at(place, table) if isinstance(table, Mapping) and place.inside.count(".") < MAX_NESTING else None
    if cls is None:
        return
    filled = fill_kinds(cls, table)
    for name, mark in nested_fields(cls).items():
        if mark.role == role:
            yield place.within(name, mark.role).path, mark.many
        for path, one in _numbered(filled.get(name, cls.model_fields[name].default), name):
            yield from _held(one, place.within(path, mark.role), role)


def _numbered(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield one stage with the name of its field, or each of a list with its index behind."""
    if isinstance(value, (list, tuple)):
        yield from ((f"{name}.{i}", one) for i, one in enumerate(value))
    else:
        yield name, value


def _role(path: str) -> str:
    name = path.partition(".")[0]
    return ROLE_OF_KEY.get(name, name)


def _each(value: Any, name: str, change: Callable[[Any, str], Any]) -> Any:
    """Return one table changed, or each of a list."""
    if isinstance(value, (list, tuple)):
        return [change(one, f"{name}.{i}") for i, one in enumerate(value)]
    return change(value, name)


def _stage(table: Any, place: StageLocation, change: Change) -> Any:
    if not isinstance(table, Mapping) or place.inside.count(".") > MAX_NESTING:
        return table
    out = change(place, dict(table))
    cls = class_at(place, out)
    for name, mark in nested_fields(cls).items() if cls else ():
        if name in out:
            role = mark.role
            out[name] = _each(out[name], name, lambda one, path: _stage(one, place.within(path, role), change))  # noqa: B023 - called at once
    return out
