"""Choosing a detector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from limner.errors import LimnerError
from limner.parsing import explain, frozen
from limner.registry import registry

if TYPE_CHECKING:
    from limner.detector import Detector


def detector_of(name: str, settings: Mapping[str, Any]) -> Detector:
    """The detector of a name, with settings.

    Raises:
        LimnerError: there is none of that name, or it knows no such setting or value.
    """
    cls = registry().load("detector", name)
    try:
        return cast("Detector", cls.model_validate(frozen(settings)))
    except ValidationError as error:
        raise LimnerError("; ".join(explain(error, cls, f"detector {name}"))) from error
