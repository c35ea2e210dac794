"""Stages that are not part of a recipe, built from a name and settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from limner.registry.registry import registry
from limner.utils.conditions import require_used
from limner.utils.validation import validate

if TYPE_CHECKING:
    from limner.stages.base import Stage

StageT = TypeVar("StageT", bound="Stage")


def build_stage(role: str, name: str, settings: Mapping[str, Any], interface: type[StageT]) -> StageT:
    """Return a stage built from its role, name and settings.

    Raises:
        LimnerError: the name or a setting is unknown, a value is invalid, or a setting has no effect.
    """
    stage = validate(registry().load(role, name, interface), settings, f"{role} {name}")
    require_used(stage, settings, f"{role} {name}")
    return stage
