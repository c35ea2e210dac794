"""Checks of the arguments of public functions.

An error names the argument, what is allowed, and what was given. Numbers may be NumPy scalars. Messages have the names
of arguments in backticks, which the command line replaces with its options.
"""

from __future__ import annotations

import operator
import os
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from limner.errors import LimnerError, one_line
from limner.utils.validation import with_article


def check_int(name: str, value: Any) -> int:
    """Return a whole number of any integer type as an ``int``.

    Raises:
        LimnerError: the value is not a whole number; booleans are not allowed.
    """
    if not isinstance(value, bool):
        try:
            return operator.index(value)
        except TypeError:
            pass
    raise LimnerError(f"`{name}`: must be a whole number, got {show_value(value)}")


def check_ints(name: str, values: Any, count: int) -> tuple[int, ...]:
    """Return ``count`` whole numbers of any integer type, such as a size or a region.

    Raises:
        LimnerError: a value is not a whole number, or their number is wrong.
    """
    try:
        out = tuple(operator.index(value) for value in values)
    except TypeError:
        out = ()
    if len(out) != count:
        raise LimnerError(f"`{name}`: must be {count} whole numbers, got {show_value(values)}")
    return out


def check_number(name: str, value: Any) -> float:
    """Return a number of any type as an ``int`` or a ``float``; the caller checks its range.

    Raises:
        LimnerError: the value is not a number.
    """
    plain = plain_value(value)
    if isinstance(plain, (int, float)) and not isinstance(plain, bool):
        return plain
    raise LimnerError(f"`{name}`: must be a number, got {show_value(value)}")


def check_choice(name: str, value: Any, known: Collection[Any]) -> Any:
    """Return the value if it is one of the known values.

    Raises:
        LimnerError: the value is not known.
    """
    if isinstance(value, (str, int, np.integer)) and not isinstance(value, bool) and value in known:
        return value
    *others, last = map(repr, known)
    listed = f"{', '.join(others)} or {last}"
    near = get_close_matches(str(value), map(str, known), n=1, cutoff=0.4) if isinstance(value, str) else []
    hint = f"; did you mean {near[0]!r}?" if near and near[0] in known else ""
    raise LimnerError(f"`{name}`: must be {listed}, got {show_value(value)}{hint}")


def check_str(name: str, value: Any) -> str:
    """Return the value if it is a string.

    Raises:
        LimnerError: the value is not a string.
    """
    if isinstance(value, str):
        return value
    raise LimnerError(f"`{name}`: must be a string, got {show_value(value)}")


def check_mapping(name: str, value: Any, example: str) -> dict[str, Any]:
    """Return a mapping with string keys as a dict; ``None`` gives an empty one.

    Raises:
        LimnerError: the value is not such a mapping; the message shows the example.
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise LimnerError(f"`{name}`: must be a dict such as {example}, got {show_value(value)}")
    for key in value:
        if not isinstance(key, str):
            raise LimnerError(f"`{name}`: keys must be strings, as in {example}, got {show_value(key)}")
    return dict(value)


def check_path(name: str, value: Any, allowed: str = "a path") -> Path:
    """Return a path, given as a string or an ``os.PathLike``.

    Args:
        name: the name of the argument.
        value: its value.
        allowed: what is allowed, for the message.

    Raises:
        LimnerError: the value is neither.
    """
    if not is_path(value):
        raise LimnerError(f"`{name}`: must be {allowed}, got {show_value(value)}")
    return Path(value)


def check_paths(name: str, value: Any) -> list[str]:
    """Return one path or several as a list of strings.

    Raises:
        LimnerError: the value is neither a path nor a list of paths.
    """
    paths = [value] if is_path(value) or not isinstance(value, Iterable) else list(value)
    for path in paths:
        if not is_path(path):
            raise LimnerError(f"`{name}`: must be a path or a list of paths, got {show_value(path)}")
    return [os.fspath(path) for path in paths]


def is_path(value: Any) -> bool:
    """Return whether the value is a string, or an ``os.PathLike`` that gives a string."""
    return isinstance(value, str) or (isinstance(value, os.PathLike) and isinstance(os.fspath(value), str))


def plain_value(value: Any) -> Any:
    """Return a value with NumPy scalars and arrays replaced by Python numbers, strings and lists."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    if isinstance(value, Mapping):
        return {key: plain_value(item) for key, item in value.items()}
    return type(value)(map(plain_value, value)) if type(value) in (list, tuple) else value


def show_value(value: Any) -> str:
    """Return an invalid argument as text for a message: short values in full, other objects by type."""
    if value is None or isinstance(value, (str, int, float, list, tuple, dict, np.generic)):
        text = one_line(repr(plain_value(value)))
        return text if len(text) <= 60 else f"{text[:57]}..."
    return with_article(type(value).__name__)
