"""Conditions under which a model uses a field: ``drop`` only if ``schedule`` is ``step``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from limner.errors import LimnerError


class UnmetCondition(NamedTuple):
    """A condition that a field's use depends on and that is not met.

    Attributes:
        field: the field that decides.
        value: its value.
        wanted: the values with which the first field is used; empty if any set value is enough.
    """

    field: str
    value: Any
    wanted: tuple[Any, ...]

    def worded(self, prefix: str) -> str:
        """Return the end of a message, with the prefix before the name of the field that decides."""
        name = f"{prefix}{self.field}"
        if not self.wanted:
            return f"without {name}; set that too, or omit this setting"
        if not self.wanted[0] and self.wanted[0] is not False:
            return f"with {name}={_typed(self.value)}; omit one of them"
        return f"with {name}={_typed(self.value)}; set {name}={_typed(self.wanted[0])} too, or omit this setting"


def unmet_condition(cls: type[BaseModel], field: str, values: Mapping[str, Any]) -> UnmetCondition | None:
    """Return the condition under which a model uses a field, if the values do not meet it; else None.

    Of several conditions of one field, one is enough, and the first is returned.

    Args:
        cls: the class of the model; its ``conditional_fields`` are those of ``Stage``.
        field: the name of the field.
        values: the values of the model's fields by name.
    """
    conditions: tuple[tuple[Any, ...], ...] = getattr(cls, "conditional_fields", ())
    unmet = None
    for name, other, *wanted in conditions:
        if name == field:
            one = _unmet(cls, other, wanted, values)
            if one is None:
                return None
            unmet = unmet or one
    return unmet


def _unmet(
    cls: type[BaseModel], other: str, wanted: Collection[Any], values: Mapping[str, Any]
) -> UnmetCondition | None:
    """Return one condition if the values do not meet it; else None."""
    value = _frozen(values.get(other))
    if not (value in wanted if wanted else value):
        return UnmetCondition(other, value, tuple(wanted))
    hiding = _hiding(cls, other, values)
    return None if hiding is None else UnmetCondition(hiding, _frozen(values[hiding]), ((),))


def _hiding(cls: type[BaseModel], field: str, values: Mapping[str, Any]) -> str | None:
    """Return the field that decides instead of another with its default value; see ``Stage.exclusive_fields``."""
    groups: tuple[tuple[str, ...], ...] = getattr(cls, "exclusive_fields", ())
    names = {name for group in groups if field in group for name in group}
    set_ = [name for name in cls.model_fields if name in names and not _is_default(cls, name, values)]
    return None if field in set_ or not set_ else set_[0]


def _is_default(cls: type[BaseModel], name: str, values: Mapping[str, Any]) -> bool:
    default = cls.model_fields[name].get_default(call_default_factory=True)
    return bool(_frozen(values.get(name, default)) == default)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def undeclared_fields(cls: type[BaseModel]) -> list[str]:
    """Return the names in ``exclusive_fields`` and ``conditional_fields`` of a class that are none of its fields."""
    groups: tuple[tuple[str, ...], ...] = getattr(cls, "exclusive_fields", ())
    conditions: tuple[tuple[Any, ...], ...] = getattr(cls, "conditional_fields", ())
    names = [name for group in (*groups, *(condition[:2] for condition in conditions)) for name in group]
    return [name for name in dict.fromkeys(names) if name not in cls.model_fields]


def require_used(model: BaseModel, given: Collection[str], where: str, prefix: str = "") -> None:
    """Check that a model uses the fields that were given.

    Args:
        model: the model.
        given: the names of the fields.
        where: the beginning of the message.
        prefix: the path before the name of the field that decides.

    Raises:
        LimnerError: it does not use one of them, because of the value of another.
    """
    for field in given:
        unmet = unmet_condition(type(model), field, dict(model))
        if unmet is not None:
            raise LimnerError(f"{where}.{field}: has no effect {unmet.worded(prefix)}")


def _typed(value: Any) -> str:
    """Return a value as one types it."""
    if value in ((), ""):
        return "" if value == "" else "[]"
    return str(value).lower() if isinstance(value, bool) else str(list(value) if isinstance(value, tuple) else value)
