"""Stages chosen to replace others: by name, by class, or as an instance with settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from limner.composition.recipe import LIST_KEYS, ROLE_OF_KEY
from limner.composition.revisions import RESERVED
from limner.composition.stage_spec import StageSpec
from limner.composition.stage_tables import NAMES, fields_holding
from limner.errors import LimnerError, PluginError, did_you_mean
from limner.imaging.discovery import SAMPLE_PREFIX
from limner.registry.names import kebab_case
from limner.registry.registry import registry
from limner.stages.base import Stage
from limner.utils.validation import with_article

StageLike: TypeAlias = str | Stage | type[Stage]
"""A stage: its name, its class (with default settings), or an instance."""
Swap: TypeAlias = Mapping[str, StageLike | Sequence[StageLike]]
"""Stages by role; for encoders, warps and augments one or a list.

A role of nested stages, such as ``optimizer``, is allowed if the recipe has only one stage of the role."""


def swap_tables(
    role: str, stages: StageLike | Sequence[StageLike], subject: str = ""
) -> dict[str, Any] | list[dict[str, Any]]:
    """Return the table of a stage for a role, or the tables of several stages.

    A class that no package registers is registered for this process. The file of a picture, as a mask, means the mask
    ``image`` with this path.

    Args:
        role: the key of the recipe: a role, or ``output``.
        stages: a stage, or several.
        subject: the beginning of messages; the role if empty.

    Raises:
        LimnerError: a value is not a stage, or has another role.
    """
    subject = subject or role
    if isinstance(stages, Sequence) and not isinstance(stages, str):
        return [_table(role, one, subject) for one in stages]
    table = _table(role, stages, subject)
    return [table] if role in LIST_KEYS else table


def check_swap(table: Mapping[str, Any], role: str, stages: Any) -> None:
    """Check the role of a swap, the number of its stages, and that their names do not belong to another role.

    Raises:
        LimnerError: the role is unknown, it takes one stage, or a name is registered only under another role.
    """
    roles = [known.name for known in registry().roles() if known.contents == "stage"]
    if role not in NAMES and role not in roles:
        raise LimnerError(f"`swap`: unknown role {role!r}{did_you_mean(role, [*NAMES, *roles])}")
    several = isinstance(stages, Sequence) and not isinstance(stages, str)
    if several and role in NAMES and role not in LIST_KEYS and not (role == "mask" and not stages):
        raise LimnerError(f"`swap`: {role}: takes one stage, not a list")
    played = ROLE_OF_KEY.get(role, role)
    for name in stages if several else [stages]:
        if not isinstance(name, str) or registry().has(played, name):
            continue
        other = next((one for one in roles if registry().has(one, name)), "")
        if other:
            raise LimnerError(
                f"`swap={{{role!r}: {name!r}}}`: {name!r} is {with_article(other)}, not {with_article(played)}"
                + _other_place(table, other, name)
            )


def _other_place(table: Mapping[str, Any], role: str, name: str) -> str:
    """Return the end of a message that says how to use a stage of another role; empty if the recipe has no place."""
    if role in NAMES:
        return f"; use `swap={{{role!r}: {name!r}}}`"
    paths = [path for path, many in fields_holding(table, role) if not many]
    return f"; use `set={{{paths[0]!r}: {name!r}}}`" if paths else ""


def as_table(value: Any) -> Any:
    """Return the table of a stage given as a class or an instance; return any other value unchanged.

    A class that no package registers is registered for this process.

    Raises:
        LimnerError: the class implements no role's interface.
    """
    if isinstance(value, (list, tuple)):
        return [as_table(one) for one in value]
    if not isinstance(value, Stage) and not (isinstance(value, type) and issubclass(value, Stage)):
        return value
    role, kind = register(value)
    return {"kind": kind} if isinstance(value, type) else StageSpec(role, kind, value).table()


def label(stage: StageLike) -> str:
    """Return the name of a stage for titles: its registered name, or its class name in kebab case."""
    if isinstance(stage, str):
        return stage
    return kebab_case((stage if isinstance(stage, type) else type(stage)).__name__)


def register(stage: Stage | type[Stage], role: str = "") -> tuple[str, str]:
    """Register a class that no package registers for this process; return its role and its qualified name.

    Args:
        stage: the class, or an instance of it.
        role: the role; by default the one whose interface the class implements.

    Raises:
        LimnerError: the class is not a stage of the role, or implements no role's interface.
    """
    cls = stage if isinstance(stage, type) else type(stage)
    chosen = role or _role_of(cls)
    return chosen, registry().add_local(cls, chosen)


def _table(role: str, stage: Any, subject: str) -> dict[str, Any]:
    if isinstance(stage, str):
        may_be_file = "." in stage or stage.startswith(SAMPLE_PREFIX)
        is_picture = role == "mask" and may_be_file and not registry().has(role, stage)  # as limner.foo/stars is not
        return {"kind": "image", "path": stage} if is_picture else {"kind": stage}
    if not isinstance(stage, Stage) and not (isinstance(stage, type) and issubclass(stage, Stage)):
        raise LimnerError(f"{subject}: must be a stage's name, class or instance, got {type(stage).__name__}")
    cls = stage if isinstance(stage, type) else type(stage)
    for name in RESERVED:
        if name in cls.model_fields:
            raise LimnerError(f"{cls.__qualname__}: the field name {name!r} is reserved; rename the field")
    played, kind = register(stage, ROLE_OF_KEY.get(role, role))
    return {"kind": kind} if isinstance(stage, type) else StageSpec(played, kind, stage).table()


def _role_of(cls: type) -> str:
    """Return the role of a class; if it implements several interfaces, the role of the most specific one.

    Raises:
        LimnerError: the class implements no role's interface.
    """
    roles: list[tuple[int, str]] = []
    for role in registry().roles():
        if role.contents != "stage":
            continue
        try:
            interface = registry().interface(role.name)
        except PluginError:  # the role of a broken plugin
            continue
        if issubclass(cls, interface):
            roles.append((cls.__mro__.index(interface), role.name))
    if not roles:
        raise LimnerError(f"{cls.__qualname__}: implements no role's interface; derive it from Encoder, Warp, ...")
    return min(roles)[1]
