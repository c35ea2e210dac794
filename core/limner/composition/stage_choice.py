"""Stages as people choose them in Python: by name, by class, or as an instance with settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from limner.composition.recipe import LIST_KEYS, ROLE_OF_KEY
from limner.composition.revisions import RESERVED
from limner.composition.stage_spec import StageSpec
from limner.errors import LimnerError, PluginError
from limner.registry.names import kebab_case
from limner.registry.registry import registry
from limner.stages.base import Stage

StageLike: TypeAlias = str | Stage | type[Stage]
"""A stage: its name, its class for the defaults, or an instance."""
Swap: TypeAlias = Mapping[str, StageLike | Sequence[StageLike]]
"""Stages by the role that they take in a recipe; for a role that holds several, one or a list.

A role that other stages hold, such as ``optimizer``, is possible where only one stage of the recipe holds one."""


def swap_tables(role: str, given: StageLike | Sequence[StageLike]) -> dict[str, Any] | list[dict[str, Any]]:
    """Return the table of the stage that takes a role, or the tables of several.

    A class that no package registers is registered for this process.

    Args:
        role: the key of the recipe: a role, or ``output``.
        given: a stage, or several.

    Raises:
        LimnerError: it is no stage, or one of another role.
    """
    if isinstance(given, Sequence) and not isinstance(given, str):
        return [_table(role, one) for one in given]
    table = _table(role, given)
    return [table] if role in LIST_KEYS else table


def as_table(value: Any) -> Any:
    """Return the table of a stage that is given as a class or an instance; any other value as it is.

    A class that no package registers is registered for this process.

    Raises:
        LimnerError: it implements no role's interface.
    """
    if isinstance(value, (list, tuple)):
        return [as_table(one) for one in value]
    if not isinstance(value, Stage) and not (isinstance(value, type) and issubclass(value, Stage)):
        return value
    role, kind = register(value)
    return {"kind": kind} if isinstance(value, type) else StageSpec(role, kind, value).table()


def label(stage: StageLike) -> str:
    """Return the name that titles call a stage: its own, or its class's in kebab case."""
    if isinstance(stage, str):
        return stage
    return kebab_case((stage if isinstance(stage, type) else type(stage)).__name__)


def register(stage: Stage | type[Stage], role: str = "") -> tuple[str, str]:
    """Register a class that no package registers, for this process, and return its role and its qualified name.

    Args:
        stage: the class, or an instance of it.
        role: its role; by default the one whose interface the class implements.

    Raises:
        LimnerError: it is no stage of the role, or implements no role's interface.
    """
    cls = stage if isinstance(stage, type) else type(stage)
    found = role or _role_of(cls)
    return found, registry().add_local(cls, found)


def _table(role: str, stage: Any) -> dict[str, Any]:
    if isinstance(stage, str):
        return {"kind": stage}
    if not isinstance(stage, Stage) and not (isinstance(stage, type) and issubclass(stage, Stage)):
        raise LimnerError(f"{role}: must be a stage's name, its class or an instance, not {type(stage).__name__}")
    cls = stage if isinstance(stage, type) else type(stage)
    for name in RESERVED:
        if name in cls.model_fields:
            raise LimnerError(f"{cls.__qualname__}: recipes reserve the name {name!r}; call the field something else")
    played, kind = register(stage, ROLE_OF_KEY.get(role, role))
    return {"kind": kind} if isinstance(stage, type) else StageSpec(played, kind, stage).table()


def _role_of(cls: type) -> str:
    """Return the role of a class: of several interfaces that it implements, the most specific one's.

    Raises:
        LimnerError: it implements none.
    """
    roles: list[tuple[int, str]] = []
    for role in registry().roles():
        if role.contents != "stage":
            continue
        try:
            interface = registry().interface(role.name)
        except PluginError:  # of a broken plugin, which has no part in this
            continue
        if issubclass(cls, interface):
            roles.append((cls.__mro__.index(interface), role.name))
    if not roles:
        raise LimnerError(f"{cls.__qualname__}: implements no role's interface; derive it from Encoder, Warp, ...")
    return min(roles)[1]
