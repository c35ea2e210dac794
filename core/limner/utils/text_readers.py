"""Reading texts by type annotations: numbers, choices and lists as people type them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from limner.utils.comma_lists import split_commas, without_brackets

QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")
"""A text in quotes, with TOML's escapes in double quotes."""
BOOLEANS = {"true": True, "false": False}


class MismatchError(ValueError):
    """A text is not a value of a type; the message says what it must be."""


def parse_value(text: str) -> Any:
    """Return the value of a TOML expression, ``64``, ``0.5``, ``true``, ``[1, 2]``; any other text is a string."""
    text = text.strip()
    try:  # inside brackets, a comment after the value is an error rather than dropped
        values = tomllib.loads(f"values = [{text}]")["values"] if "\n" not in text and text[-1:] != "," else []
    except (ValueError, RecursionError):  # not TOML, a number of thousands of digits, or too deeply nested brackets
        return text
    return values[0] if len(values) == 1 else text


def read_text(text: str, annotation: Any) -> Any:
    """Return the value of a text for an annotation.

    Raises:
        MismatchError: the text is not a value of this type.
        ListSyntaxError: a quote or a bracket of a list has no partner.
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return read_text(text, arguments[0])
    if origin in (Union, UnionType):
        return _read_union(text, arguments)
    if origin is Literal:
        return _read_choice(text, arguments)
    if origin in (tuple, list):
        return _read_list(text, arguments)
    readers: dict[Any, Callable[[str], Any]] = {str: unquoted, bool: _read_bool, int: _read_int, float: _read_float}
    return readers.get(annotation, parse_value)(text)


def unquoted(text: str) -> str:
    """Return a text without the quotes around it; any other text is returned unchanged, spaces included."""
    if QUOTED.fullmatch(text.strip()):
        value = parse_value(text)
        return value if isinstance(value, str) else text
    return text


def _read_bool(text: str) -> bool:
    value = BOOLEANS.get(unquoted(text).strip().lower())
    if value is None:
        raise MismatchError("true or false")
    return value


def _read_int(text: str) -> int:
    """Read a whole number: ``64``, ``007``, ``1_000``, ``0x40``, ``1e3``."""
    plain = unquoted(text).strip()
    try:
        return int(plain) if plain.isascii() and re.fullmatch(r"[+-]?\d[\d_]*", plain) else _whole(parse_value(plain))
    except ValueError:
        raise MismatchError("a whole number") from None


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value // 1:
        raise ValueError
    return int(value)


def _read_float(text: str) -> float:
    """Read a number: ``0.5``, ``.5``, ``1e-3``, ``64``, ``inf``, ``nan``; validation rejects the last two."""
    plain = unquoted(text).strip()
    try:
        value = parse_value(plain)
        return value if type(value) in (int, float) else float(plain if plain.isascii() else "")
    except ValueError:
        raise MismatchError("a number") from None


def _read_choice(text: str, choices: tuple[Any, ...]) -> Any:
    """Read one of several choices; validation reports a text that is none of them, and the closest one."""
    plain = unquoted(text).strip()
    named = {str(choice): choice for choice in choices}
    if all(isinstance(choice, str) for choice in choices):
        return plain
    return named.get(plain, parse_value(plain))


def _read_list(text: str, types: tuple[Any, ...]) -> list[Any]:
    """Read a list, with or without brackets around it."""
    items = split_commas(without_brackets(text))
    if types[-1] is ...:
        return [_read_item(item, types[0]) for item in items]
    if len(items) != len(types):
        raise MismatchError(f"{len(types)} values with commas between them")
    return [_read_item(item, one) for item, one in zip(items, types, strict=True)]


def _read_item(text: str, annotation: Any) -> Any:
    """Read an item of a list; an item that is a list itself needs brackets."""
    if _is_list(annotation) and not text.startswith("["):
        raise MismatchError("a list of lists in brackets")
    try:
        return read_text(text, annotation)
    except MismatchError as error:
        raise MismatchError(f"a list with commas between the items, each of them {error}") from None


def _read_union(text: str, types: tuple[Any, ...]) -> Any:
    """Read the first type that the text fits; a text without commas and brackets is a list only if nothing else."""
    is_list = text.strip().startswith("[") or len(split_commas(text)) > 1
    lists = [one for one in types if _is_list(one)]
    others = sorted((one for one in types if one is not type(None) and not _is_list(one)), key=_generality)
    problems: list[str] = []
    for one in [*lists, *others] if is_list else [*others, *lists]:
        try:
            value = read_text(text, one)
        except MismatchError as error:
            problems.append(str(error))
            continue
        if get_origin(one) is not Literal or one is others[-1] or value in get_args(one):
            return value
    raise MismatchError(" or ".join(_distinct(problems)))


def _distinct(problems: list[str]) -> list[str]:
    """Return the problems of a union without those that an earlier one, about a list of such values, contains."""
    return [
        problem
        for i, problem in enumerate(problems)
        if not any(earlier == problem or earlier.endswith(f"each of them {problem}") for earlier in problems[:i])
    ]


def _is_list(annotation: Any) -> bool:
    plain = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    return get_origin(plain) in (tuple, list)


def _generality(annotation: Any) -> int:
    """Return the rank of a type within a union: text comes last, because every text fits it, and choices before it."""
    return 2 if annotation is str else 1 if get_origin(annotation) is Literal else 0
