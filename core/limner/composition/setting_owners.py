"""The stages of a role that have a setting or a value, as a hint for one that another stage does not have."""

from __future__ import annotations

from contextlib import suppress
from typing import get_args

from limner.errors import PluginError
from limner.registry.registry import registry

MAX_NAMED = 3
"""The number of stages that a hint names."""


def owners_hint(role: str, field: str, path: str = "") -> str:
    """Return the hint that names the stages of a role which have a setting; empty if none has it.

    Args:
        role: the role.
        field: the name of the setting.
        path: where the stage without the setting is; if it is the role itself, the hint says how to swap the stage.
    """
    owners = [name for name in registry().names(role) if _has(role, name, field)]
    if not owners:
        return ""
    noun = role.replace("-", " ")
    if len(owners) > 1:
        more = f" and {len(owners) - MAX_NAMED} more" if len(owners) > MAX_NAMED else ""
        return f"; not a setting of this {noun}, but of {', '.join(owners[:MAX_NAMED])}{more}"
    swap = f": `swap={{'{role}': '{owners[0]}'}}`" if path == role else ""
    return f"; {noun} {owners[0]} has it{swap}"


def value_hint(role: str, value: str) -> str:
    """Return the hint that an unknown stage is a value of one setting of the role's stages; empty if it is not.

    Args:
        role: the role, of which a recipe has one stage at most.
        value: the unknown name: ``heart`` is a value of the setting ``shape`` of a mask.
    """
    found = [(name, field) for name in registry().names(role) for field in _fields_with(role, name, value)]
    if len(found) != 1:
        return ""
    (name, field), noun = found[0], role.replace("-", " ")
    return f"; {noun} {name} has it: `swap={{'{role}': '{name}'}}` `set={{'{role}.{field}': '{value}'}}`"


def _fields_with(role: str, name: str, value: str) -> list[str]:
    """Return the settings of a stage that are a choice of words, one of which is the value."""
    with suppress(PluginError):
        fields = registry().load(role, name).model_fields
        return [key for key, one in fields.items() if value in get_args(one.annotation)]
    return []


def _has(role: str, name: str, field: str) -> bool:
    """Return whether a stage has a setting; False if its plugin is broken."""
    with suppress(PluginError):
        return field in registry().load(role, name).model_fields
    return False
