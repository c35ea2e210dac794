"""The tables of stages inside a recipe's table: found and rewritten before the recipe is parsed."""

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
"""The keys of a recipe's table that hold a stage or a list of stages."""


@dataclass(frozen=True)
class StageLocation:
    """The location of a stage in a recipe.

    Attributes:
        part: the path of the top-level stage: ``encoder.0``, ``layer.1.color``.
        inside: the path from there to a nested stage, ``first``; empty for the top-level stage itself.
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
        """Return the location of a stage nested in this one."""
        return StageLocation(self.part, f"{self.inside}.{field}" if self.inside else field, role)


Change: TypeAlias = Callable[[StageLocation, dict[str, Any]], dict[str, Any]]


def rewrite_stages(table: Mapping[str, Any], change: Change, at: str = "", depth: int = 0) -> dict[str, Any]:
    """Return a recipe's table with each stage's table replaced, outer stages before nested ones.

    Values that are not tables of stages are unchanged; the parser reports them. Stages nested in a stage whose class
    does not load are unchanged too.

    Args:
        table: the recipe.
        change: returns the new table for a location and a copy of the old table.
        at: the path of the recipe, ending with a dot; empty for the outermost recipe.
        depth: the nesting depth of the recipe.
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
    """Return the table of a package's preset with the names of the package's own stages qualified.

    The preset then means the same stages whatever else is installed.
    """
    return rewrite_stages(
        table, lambda location, one: one if location.inside else dict(qualify_own_stages(location.role, one, home))
    )


def fields_holding(table: Mapping[str, Any], role: str, at: str = "", depth: int = 0) -> Iterator[tuple[str, bool]]:
    """Yield the path of every field of a recipe's stages that holds stages of a role, and whether it holds a list.

    Args:
        table: the recipe; omitted keys have their defaults.
        role: the role.
        at: the path of the recipe, ending with a dot; empty for the outermost recipe.
        depth: the nesting depth of the recipe.
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


def class_at(location: StageLocation, table: Mapping[str, Any]) -> type[Stage] | None:
    """Return the class of the stage in a table; None if the name is missing or the class does not load."""
    kind = table.get(
        "kind", DEFAULTS[location.role]["kind"] if location.role in ("frame", "network", "color") else None
    )
    try:
        return registry().load(location.role, kind) if isinstance(kind, str) else None
    except LimnerError:
        return None


def revision_change(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return a clause about the first stage whose revision differs between two tables of a recipe; empty if none does.

    The clause names the package: ``encoder.0 'limner-foo/ridges' has revision 1, but limner-foo 1.2 has revision 2``.

    Args:
        old: the stored table.
        new: the table with the installed revisions.
    """
    current = _loaded(new)
    for path, (location, table) in _loaded(old).items():
        _, other = current.get(path, (location, {}))
        stored, installed = table.get("revision", 1), other.get("revision", 1)
        if table.get("kind") == other.get("kind") and stored != installed:
            entry = registry().entry(location.role, str(table["kind"]))
            stage = f"{path} {entry.canonical_name!r}"
            return f"{stage} has revision {str(stored)[:40]}, but {entry.owner} has revision {installed}"
    return ""


def _loaded(recipe: Mapping[str, Any]) -> dict[str, tuple[StageLocation, dict[str, Any]]]:
    """Return the tables of all stages that load, by path, each with its location."""
    out: dict[str, tuple[StageLocation, dict[str, Any]]] = {}

    def collect(location: StageLocation, table: dict[str, Any]) -> dict[str, Any]:
        if isinstance(table.get("kind"), str) and class_at(location, table) is not None:
            out[location.path] = location, table
        return table

    rewrite_stages(recipe, collect)
    return out


def _held(stage: Any, location: StageLocation, role: str) -> Iterator[tuple[str, bool]]:
    """Yield the fields of one stage, and of those that it holds, as ``holders`` does."""
    table = {"kind": stage} if isinstance(stage, str) else stage
    cls = class_at(location, table) if isinstance(table, Mapping) and location.inside.count(".") < MAX_NESTING else None
    if cls is None:
        return
    filled = fill_kinds(cls, table)
    for name, mark in nested_fields(cls).items():
        if mark.role == role:
            yield location.within(name, mark.role).path, mark.many
        for path, one in _numbered(filled.get(name, cls.model_fields[name].default), name):
            yield from _held(one, location.within(path, mark.role), role)


def _numbered(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield a single stage with the name of its field, or each stage of a list with its index appended."""
    if isinstance(value, (list, tuple)):
        yield from ((f"{name}.{i}", one) for i, one in enumerate(value))
    else:
        yield name, value


def _role(path: str) -> str:
    name = path.partition(".")[0]
    return ROLE_OF_KEY.get(name, name)


def _each(value: Any, name: str, change: Callable[[Any, str], Any]) -> Any:
    """Apply a change to a table, or to each table of a list."""
    if isinstance(value, (list, tuple)):
        return [change(one, f"{name}.{i}") for i, one in enumerate(value)]
    return change(value, name)


def _stage(table: Any, location: StageLocation, change: Change) -> Any:
    if not isinstance(table, Mapping) or location.inside.count(".") > MAX_NESTING:
        return table
    out = change(location, dict(table))
    cls = class_at(location, out)
    for name, mark in nested_fields(cls).items() if cls else ():
        if name in out:
            role = mark.role
            out[name] = _each(out[name], name, lambda one, path: _stage(one, location.within(path, role), change))  # noqa: B023 - called at once
    return out
