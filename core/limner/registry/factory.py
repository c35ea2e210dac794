"""Choosing a stage that stands in no recipe: by its name, with settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from limner.errors import LimnerError
from limner.registry.registry import registry
from limner.utils.validation import explain, frozen

if TYPE_CHECKING:
    from limner.stages.base import Stage


def chosen(kind: str, name: str, settings: Mapping[str, Any]) -> Stage:
    """The stage of a kind and a name.

    Raises:
        LimnerError: there is none of that name, or it knows no such setting or value.
    """
    cls: type[Stage] = registry().load(kind, name)
    try:
        return cls.model_validate(frozen(settings))
    except ValidationError as error:
        raise LimnerError("; ".join(explain(error, cls, f"{kind} {name}"))) from error
