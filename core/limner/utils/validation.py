"""Validation of values from outside, with every error reported in a sentence that begins with its path."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from limner.errors import LimnerError, did_you_mean
from limner.utils.typed_text import NestedFields, TypedText, typed_value

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

ModelT = TypeVar("ModelT", bound=BaseModel)

ErrorDetail = tuple[tuple[str, ...], str]
"""The location of an error, as a path of keys, and its description."""


class InvalidFieldsError(ValueError):
    """The errors of a nested stage, which pydantic collects and ``explain`` reports with the others."""

    def __init__(self, errors: Iterable[ErrorDetail]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(": ".join([*filter(None, [".".join(keys)]), text]) for keys, text in self.errors))


def to_tuples(value: Any) -> Any:
    """Return the value with lists replaced by tuples, which frozen stages and strict validation require."""
    if isinstance(value, Mapping):
        return {str(k): to_tuples(v) for k, v in value.items()}
    return tuple(to_tuples(v) for v in value) if isinstance(value, (list, tuple)) else value


def validate(
    cls: type[ModelT],
    values: Mapping[str, Any],
    where: str,
    *,
    source: str = "",
    error: type[LimnerError] = LimnerError,
) -> ModelT:
    """Build a model from values that come from outside; typed texts become values of their fields, lists tuples.

    Args:
        cls: the model's class.
        values: its fields.
        where: the path at the beginning of each error, such as ``walk``; empty for none.
        source: the beginning of the whole message, such as the name of a file.
        error: the class to raise.

    Raises:
        LimnerError: a field is unknown, missing or invalid; the message lists every error with its path.
    """
    fields = to_tuples(
        {key: typed_value(value, cls, key) if isinstance(value, TypedText) else value for key, value in values.items()}
    )
    try:
        return cls.model_validate(fields)
    except ValidationError as invalid:
        lead = f"{source}: " if source else ""
        raise error(lead + "; ".join(explain(invalid, cls, where, fields))) from invalid


def explain(
    error: ValidationError,
    cls: type[BaseModel],
    path: str,
    values: Mapping[str, Any],
    owners_hint: Callable[[str], str] | None = None,
) -> list[str]:
    """Return one sentence for each error that pydantic found, which begins with its path; one error per path.

    Args:
        error: the exception that pydantic raised.
        cls: the class of the model.
        path: the beginning of each path.
        values: the fields that pydantic validated.
        owners_hint: returns the hint for a setting that other classes have; empty if none has it.
    """
    sentences: dict[str, str] = {}
    for keys, text in iter_errors(error, cls, values, owners_hint):
        where = ".".join([*([path] if path else []), *keys]) or "recipe"
        sentences.setdefault(where, f"{where}: {text}")
    return list(sentences.values())


def iter_errors(
    error: ValidationError,
    cls: type[BaseModel],
    values: Mapping[str, Any],
    owners_hint: Callable[[str], str] | None = None,
) -> Iterator[ErrorDetail]:
    """Yield the errors that pydantic found, including those of nested stages; the arguments are as in ``explain``."""
    items = error.errors(include_url=False)
    places = [_locate(item, values) for item in items]
    fitting = {place.union for place in places if place.fits}
    for item, place in zip(items, places, strict=True):
        if not place.fits and place.union in fitting:
            continue  # this branch of a union takes values of another shape; another branch describes the error
        inner = item.get("ctx", {}).get("error")
        if isinstance(inner, InvalidFieldsError):
            yield from (((*place.keys, *further), text) for further, text in inner.errors)
        else:
            yield place.keys, _sentence(dict(item), cls, owners_hint)


class _Place(NamedTuple):
    """The location of an error.

    Attributes:
        keys: the path of keys to it.
        union: the path of keys to the union that contains it, if any.
        fits: whether the branch of the union takes values of this shape, which is a tuple or anything else.
    """

    keys: tuple[str, ...]
    union: tuple[str, ...] | None = None
    fits: bool = True


_TUPLE_ERRORS = ("tuple_type", "too_long", "too_short")


def _locate(item: ErrorDetails, values: Mapping[str, Any]) -> _Place:
    """Return the location of an error, by following pydantic's location through the values.

    A step that is not a key of the value is the name of a branch of a union, which pydantic inserts.
    """
    keys: list[str] = []
    union, value, is_tuple = None, values, False
    for step in item["loc"]:
        is_key = isinstance(value, Mapping) and (not keys or step in value or item["type"] == "missing")
        if is_key or isinstance(step, int) or step == "[key]":  # "[key]" marks an error in a key itself
            keys.append(printable_key(step))
            value = _inside(value, step)
        else:
            union, is_tuple = tuple(keys), isinstance(value, tuple)
    if union is None:
        return _Place(tuple(keys))
    takes_tuple = len(keys) > len(union) or item["type"] in _TUPLE_ERRORS
    return _Place(tuple(keys), union, takes_tuple == is_tuple)


def _inside(values: Any, step: str | int) -> Any:
    """Return the value at a key or an index; None if there is none."""
    try:
        return values[step]
    except (LookupError, TypeError):
        return None


def _sentence(item: dict[str, Any], cls: type[BaseModel], owners_hint: Callable[[str], str] | None) -> str:
    kind, ctx, got = item["type"], item.get("ctx", {}), _show(item.get("input"))
    if kind == "extra_forbidden":
        return f"unknown setting{_nearest_key(str(item['loc'][-1]), cls, owners_hint)}"
    if kind == "missing":
        return "is missing"
    type_names = {"tuple_type": "a list", "finite_number": "a finite number", "int_type": "a whole number"}
    if kind == "tuple_type" and isinstance(item["input"], str):
        items = item["input"].split(",")[:3]
        return f"must be a list such as {_show([text.strip() for text in items])}, got {got}"
    if kind in type_names:
        return f"must be {type_names[kind]}, got {got}"
    bounds = {"greater_than_equal": ("at least", "ge"), "less_than_equal": ("at most", "le")}
    bounds |= {"greater_than": ("more than", "gt"), "less_than": ("less than", "lt")}
    if kind in bounds:
        word, key = bounds[kind]
        return f"must be {word} {ctx[key]}, got {got}"
    if kind in ("too_long", "too_short"):
        word, number = ("at most", ctx["max_length"]) if kind == "too_long" else ("at least", ctx["min_length"])
        return f"must have {word} {number} items, got {ctx['actual_length']}"
    if kind in ("string_too_long", "string_too_short"):
        word, number = ("at most", ctx["max_length"]) if kind == "string_too_long" else ("at least", ctx["min_length"])
        return f"must have {word} {number} character{'s' * (number != 1)}, got {got}"
    if kind == "literal_error":
        near = get_close_matches(str(item.get("input")), re.findall(r"'([^']+)'", ctx["expected"]), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return f"must be {ctx['expected']}, got {got}{hint}"
    if kind == "string_unicode":
        return f"must be valid UTF-8, got {got}"
    if kind == "value_error":
        return str(ctx.get("error", item["msg"]))
    message = re.sub(
        r"^a valid (\w+)", lambda match: with_article(match[1]), item["msg"].removeprefix("Input should be ")
    )
    return f"must be {message[:1].lower()}{message[1:]}, got {got}"


def _nearest_key(name: str, cls: type[BaseModel], owners_hint: Callable[[str], str] | None) -> str:
    """Return the hint for an unknown setting.

    It is a field of that name in a nested model, or else in another class, or else the closest one.
    """
    for key, field in cls.model_fields.items():
        if any(isinstance(mark, NestedFields) and name in mark.fields() for mark in field.metadata):
            return f"; did you mean '{key}.{name}'?"
    return (owners_hint(name) if owners_hint else "") or did_you_mean(name, cls.model_fields)


def _show(value: Any) -> str:
    """Return a value from outside as text that is short and safe to print."""
    text = repr(value) if not isinstance(value, float) or math.isfinite(value) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def printable_key(key: Any) -> str:
    """Return a key from outside as text that is short and safe to print."""
    text = str(key)
    return text if text.isprintable() and len(text) <= 60 else _show(text)


def with_article(word: str) -> str:
    """Return the word with its indefinite article, by its first sound: an array, an ndarray."""
    return f"an {word}" if word[0].lower() in "aeiou" or word == "ndarray" else f"a {word}"
