"""Building a stage that stands in no recipe: from its name and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from limner.errors import LimnerError
from limner.registry.registry import registry
from limner.utils.validation import explain, frozen

if TYPE_CHECKING:
    from limner.stages.base import Stage

StageT = TypeVar("StageT", bound="Stage")


def chosen(kind: str, name: str, settings: Mapping[str, Any], interface: type[StageT]) -> StageT:
    """Return the stage of a role and a name, an instance of the role's interface.

    Raises:
        LimnerError: there is none of that name, or it knows no such setting or value.
    """
    cls = registry().load(kind, name, interface)
    try:
        return cls.model_validate(frozen(settings))
    except ValidationError as error:
        raise LimnerError("; ".join(explain(error, cls, f"{kind} {name}"))) from error
