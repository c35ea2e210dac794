"""Choosing a stage that stands in no recipe: by its name, with settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from limner.registry.registry import registry
from limner.utils.validation import validate

if TYPE_CHECKING:
    from limner.stages.base import Stage


def chosen(kind: str, name: str, settings: Mapping[str, Any]) -> Stage:
    """The stage of a kind and a name.

    Raises:
        LimnerError: there is none of that name, or it knows no such setting or value.
    """
    cls: type[Stage] = registry().load(kind, name)
    return validate(cls, settings, f"{kind} {name}")
