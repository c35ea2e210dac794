"""Revisions: upgrades of stage tables that an older version of a package wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from limner.errors import LimnerError, PluginError, reason
from limner.stages.base import Stage

if TYPE_CHECKING:
    import numpy as np

    from limner.registry.registration import Entry

    NamedArrays: TypeAlias = "dict[str, np.ndarray] | None"

RESERVED = ("kind", "revision")
"""The keys of a stage's table that are not fields of the stage."""


def current_fields(
    cls: type[Stage], entry: Entry, table: Mapping[str, Any], params: NamedArrays = None
) -> tuple[dict[str, Any], NamedArrays]:
    """Return the fields in a stage's table and its parameters by name, upgraded to the installed revision.

    Args:
        cls: the stage's class.
        entry: the registration of the class.
        table: the table in a recipe, with ``kind`` and optionally ``revision`` (default 1).
        params: the stored parameters of the stage; None if only a recipe is read.

    Raises:
        LimnerError: the revision is not a whole number above 0, or is newer than the installed one.
        PluginError: ``upgrade`` raises, or does not return a table and parameters.
    """
    fields = {key: value for key, value in table.items() if key not in RESERVED}
    stored = table.get("revision", 1)
    if isinstance(stored, bool) or not isinstance(stored, int) or stored < 1:
        raise LimnerError(f"revision: must be a whole number above 0, got {str(stored)[:40]!r}")
    if stored > cls.revision:
        raise LimnerError(
            f"{entry.role} {entry.canonical_name!r}: needs revision {stored}, but {entry.owner} has revision "
            f"{cls.revision}; upgrade {entry.package}"
        )
    if stored == cls.revision:
        return fields, params
    subject = f"{entry.role} {entry.name!r} of {entry.owner}: upgrade() from revision {stored}"
    try:
        fields, params = cls.upgrade(fields, params, stored)
    except (LimnerError, MemoryError):
        raise
    except Exception as error:
        raise PluginError(f"{subject} failed: {reason(error)}") from error
    if not isinstance(fields, dict) or not (params is None or isinstance(params, dict)):
        raise PluginError(f"{subject} must return a table and parameters by name, or None")
    return fields, params


def missing_upgrade(cls: type[Stage], entry: Entry, table: Mapping[str, Any]) -> str:
    """Return a hint for the message about an older table of a stage without ``upgrade``; empty for any other table."""
    stored = table.get("revision", 1)
    if not isinstance(stored, int) or stored >= cls.revision or cls.upgrade.__func__ is not Stage.upgrade.__func__:  # type: ignore[attr-defined]  # class methods
        return ""
    return (
        f"; this table has revision {stored}, but {entry.role} {entry.name!r} of {entry.owner} has revision "
        f"{cls.revision} without an upgrade(); implement it"
    )
