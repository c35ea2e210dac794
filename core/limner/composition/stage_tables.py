"""The tables of stages inside a recipe's table, rewritten before the recipe is parsed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from limner.composition.recipe import DEFAULTS, LISTS, MAX_NESTING, OPTIONAL, PLAYS
from limner.composition.stage_spec import at_home, nested_fields
from limner.errors import LimnerError
from limner.registry.registry import registry
from limner.stages.base import Stage

NAMES = tuple(dict.fromkeys((*DEFAULTS, *OPTIONAL, *LISTS, "blend")))
"""The keys of a recipe's table under which stages are, one or a list."""


@dataclass(frozen=True)
class StagePlace:
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

    def within(self, field: str, role: str) -> StagePlace:
        """Return the place of a stage that this one holds."""
        return StagePlace(self.part, f"{self.inside}.{field}" if self.inside else field, role)


Change: TypeAlias = Callable[[StagePlace, dict[str, Any]], dict[str, Any]]


def rewritten(table: Mapping[str, Any], change: Change, at: str = "", depth: int = 0) -> dict[str, Any]:
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
                out[name], name, lambda one, path: _stage(one, StagePlace(at + path, "", _role(path)), change)
            )
    layers = out.get("layer")
    if isinstance(layers, (list, tuple)) and depth < MAX_NESTING:
        out["layer"] = [
            rewritten(layer, change, f"{at}layer.{i}.", depth + 1) if isinstance(layer, Mapping) else layer
            for i, layer in enumerate(layers)
        ]
    return out


def qualified_for(table: Mapping[str, Any], home: str) -> dict[str, Any]:
    """Return the table of a package's preset in which the package's own stages have their qualified names.

    So a preset means the same stages, whatever else is installed.
    """
    return rewritten(table, lambda place, one: one if place.inside else dict(at_home(place.role, one, home)))


def class_at(place: StagePlace, table: Mapping[str, Any]) -> type[Stage] | None:
    """Return the class of the stage whose table this is; None if there is none or it does not load."""
    kind = table.get("kind", DEFAULTS[place.role]["kind"] if place.role in ("frame", "network", "color") else None)
    try:
        return registry().load(place.role, kind) if isinstance(kind, str) else None
    except LimnerError:
        return None


def _role(path: str) -> str:
    name = path.partition(".")[0]
    return PLAYS.get(name, name)


def _each(value: Any, name: str, change: Callable[[Any, str], Any]) -> Any:
    """Return one table changed, or each of a list."""
    if isinstance(value, (list, tuple)):
        return [change(one, f"{name}.{i}") for i, one in enumerate(value)]
    return change(value, name)


def _stage(table: Any, place: StagePlace, change: Change) -> Any:
    if not isinstance(table, Mapping) or place.inside.count(".") > MAX_NESTING:
        return table
    out = change(place, dict(table))
    cls = class_at(place, out)
    for name, mark in nested_fields(cls).items() if cls else ():
        if name in out:
            role = mark.role
            out[name] = _each(out[name], name, lambda one, path: _stage(one, place.within(path, role), change))  # noqa: B023 - called at once
    return out
