"""Building a stage that stands in no recipe: from its name and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from limner.registry.registry import registry
from limner.utils.validation import validate

if TYPE_CHECKING:
    from limner.stages.base import Stage

StageT = TypeVar("StageT", bound="Stage")


def build_stage(role: str, name: str, settings: Mapping[str, Any], interface: type[StageT]) -> StageT:
    """Return the stage of a role and a name, an instance of the role's interface.

    Raises:
        LimnerError: there is none of that name, or it knows no such setting or value.
    """
    return validate(registry().load(role, name, interface), settings, f"{role} {name}")
