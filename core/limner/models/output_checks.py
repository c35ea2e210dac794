"""Checks of what a stage returns: a third party's mistake is reported where it happens, not where it has effects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from limner.registry.attribution import stage_error
from limner.utils.validation import a

if TYPE_CHECKING:
    from limner.stages.base import Stage


def check_output(stage: Stage, method: str, array: Any, expected: tuple[int, ...]) -> None:
    """Refuse an output of another shape than a stage must return; costs a comparison of two tuples.

    Args:
        stage: the stage that returned it.
        method: the method that returned it, for messages.
        array: what it returned.
        expected: the shape that it must have.

    Raises:
        PluginError: the shape is another, or there is no array, and the stage is a third party's.
        TypeError: the same of a built-in stage.
    """
    if getattr(array, "shape", None) != expected:
        shape = getattr(array, "shape", None)
        got = f"one of shape {shape}" if shape is not None else a(type(array).__name__)
        raise stage_error(stage, f"{method}() must return an array of shape {expected}, got {got}")
