"""Descriptions of stages: what each does, and its parameters with their defaults and bounds."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from limner.errors import LimnerError, did_you_mean
from limner.recipes.overrides import show_value
from limner.registry.registry import registry

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from limner.registry.registration import Entry
    from limner.stages.base import Stage

TYPES = {"number": "a number", "integer": "a whole number", "boolean": "true | false", "string": "a text"}


def find_stages(name: str) -> list[dict[str, Any]]:
    """Return the descriptions of all stages of a name, ``xy``, or of one of a role, ``encoder/xy``.

    Raises:
        LimnerError: there is none.
    """
    known = registry()
    kind, _, rest = name.rpartition("/")
    kinds = [shown for shown in known.shown_roles() if kind in ("", shown)]
    found = [shown for shown in kinds if rest in known.names(shown)]
    if not found:
        every = [one for shown in kinds for one in known.names(shown)]
        command = known.told_by(name)
        fix = f"; {command} tells of the recipe" if command else did_you_mean(rest, every)
        raise LimnerError(f"there is no stage {name!r}{fix}")
    return [describe(shown, rest) for shown in found]


def describe(kind: str, name: str) -> dict[str, Any]:
    """Return a stage's summary, package, documentation and parameters; a folder, such as a theme, has no parameters.

    Raises:
        LimnerError: there is no such stage.
    """
    known = registry()
    entry = known.entry(kind, name)
    folder = known.role(kind).holds == "folder"
    doc, parameters = _of_folder(entry) if folder else _of_class(known.load(kind, name))
    told = {"kind": kind, "name": name, "summary": entry.summary, "package": f"{entry.package} {entry.version}"}
    return {**told, "doc": doc, "parameters": parameters}


def _of_folder(entry: Entry) -> tuple[str, list[dict[str, str]]]:
    files = registry().folder(entry.kind, entry.name).iterdir()
    return f"Brings {', '.join(sorted(one.name for one in files if not one.name.startswith('_')))}.", []


def _of_class(cls: type[Stage]) -> tuple[str, list[dict[str, str]]]:
    schemas = cls.model_json_schema().get("properties", {}).values()
    fields = zip(cls.model_fields.items(), schemas, strict=True)
    parameters = [_parameter(name, field, schema) for (name, field), schema in fields]
    return inspect.cleandoc(cls.__doc__ or ""), parameters


def _parameter(name: str, field: FieldInfo, schema: Mapping[str, Any]) -> dict[str, str]:
    return {
        "name": name,
        "default": show_value(field.default),
        "description": field.description or "",
        "bounds": _bounds(schema),
    }


def _bounds(schema: Mapping[str, Any]) -> str:
    """Return what a parameter may be, in words, from its JSON schema."""
    if "anyOf" in schema:
        return ", or ".join(_bounds(branch) for branch in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "object":  # a nested stage
        return str(schema.get("title", ""))
    if schema.get("type") == "array":
        items = schema.get("prefixItems")
        inner = _bounds(items[0] if items else schema.get("items", {}))
        return f"{len(items)} of: {inner}" if items else f"a list of: {inner}"
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    words = TYPES.get(str(schema.get("type")), "")
    if low is None or high is None:
        return words
    above = "above " if "exclusiveMinimum" in schema else ""
    return f"{words}, {above}{low} to {high}"
