"""The stages of a role that have a setting, as a hint for a setting that another stage of the role does not have."""

from __future__ import annotations

from contextlib import suppress

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


def _has(role: str, name: str, field: str) -> bool:
    """Return whether a stage has a setting; False if its plugin is broken."""
    with suppress(PluginError):
        return field in registry().load(role, name).model_fields
    return False
