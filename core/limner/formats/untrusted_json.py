"""JSON in files that are not trusted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

MAX_DEPTH = 100
"""The largest nesting depth; recipes need about 20, and functions that call themselves for each level take 400."""


def read_json(text: str) -> Any:
    """Return the value of an untrusted JSON text.

    Raises:
        ValueError: the text is not JSON, contains NaN or infinity, or is nested too deeply.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    level = _containers([value])
    for _ in range(MAX_DEPTH):
        level = [inner for one in level for inner in _containers(one.values() if isinstance(one, dict) else one)]
    if level:
        raise ValueError("nested too deeply")
    return value


def _containers(values: Iterable[Any]) -> list[Any]:
    """Return the objects and the arrays among values."""
    return [value for value in values if isinstance(value, dict | list)]


def _refuse_constant(name: str) -> None:
    """Raise an error about ``NaN`` or ``Infinity``, which Python's JSON decoder accepts by default."""
    raise ValueError(f"{name} is not JSON")
