"""The values of the axes that were typed, read by the types of the fields that they vary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from limner.app import LimnerError
from limner.app.recipes import LIST_KEYS, Swap, find_field
from limner.app.values import TypedText, parse_value, typed_value
from limner_apps.sweeps.search_space.axes import Axis


def with_typed_values(axes: Sequence[Axis], recipe: Mapping[str, Any], overrides: Mapping[str, Any]) -> list[Axis]:
    """Return the axes with values of their fields in place of typed texts.

    A field that only another stage has is found by the stages that an axis swaps in.

    Raises:
        LimnerError: a text is not a value of its field's type.
    """
    reader = _Reader(axes, recipe, overrides)
    return [
        replace(axis, values=tuple(map(reader.read, axis.values)))
        if any(isinstance(value, TypedText) for value in axis.values)
        else replace(axis, values=tuple(map(str, axis.values)), range=None)
        if axis.range and axis.values and reader.is_text(axis.path)
        else axis
        for axis in axes
    ]


def typed_overrides(overrides: Mapping[str, Any], axes: Sequence[Axis], recipe: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of all trials with values of their fields in place of typed texts.

    Raises:
        LimnerError: a text is not a value of its field's type.
    """
    reader = _Reader(axes, recipe, overrides)
    return {path: reader.read(value) for path, value in overrides.items()}


class _Reader:
    """Reads typed texts by the fields of a recipe; each field is looked up once."""

    def __init__(self, axes: Sequence[Axis], recipe: Mapping[str, Any], overrides: Mapping[str, Any]) -> None:
        self._axes, self._recipe, self._overrides = axes, recipe, overrides
        self._fields: dict[str, Any] = {}

    def read(self, value: Any) -> Any:
        """Return the value of a typed text, and any other value unchanged."""
        if not isinstance(value, TypedText):
            return value
        field = self._field(value.path)
        return parse_value(value) if field is None else typed_value(value, *field)

    def is_text(self, path: str) -> bool:
        """Return whether the field at a path holds a text, so that the numbers of a range become texts."""
        field = self._field(path)
        return field is not None and field[0].model_fields[field[1]].annotation is str

    def _field(self, path: str) -> Any:
        if path not in self._fields:
            self._fields[path] = self._find(path)
        return self._fields[path]

    def _find(self, path: str) -> Any:
        for swaps in self._swaps():
            with suppress(LimnerError):  # checking the sweep reports paths that no trial has
                field = find_field(self._recipe, path, self._overrides, swaps)
                if field is not None:
                    return field
        return None

    def _swaps(self) -> Iterator[Swap]:
        """Yield no swapped stage, then each of those that the axes swap in."""
        yield {}
        for axis in self._axes:
            for stage in axis.values if axis.swaps else ():
                several = axis.path in LIST_KEYS and not isinstance(stage, (list, tuple))
                yield {axis.path: [stage] if several else stage}
