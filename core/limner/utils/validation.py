"""Check values that come from outside, and report every mistake in a sentence led by its path."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel, ValidationError

from limner.errors import LimnerError, did_you_mean

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

ModelT = TypeVar("ModelT", bound=BaseModel)

ErrorDetail = tuple[tuple[str, ...], str]
"""Where, key by key, and what is wrong there."""


class InvalidFieldsError(ValueError):
    """What is wrong with a nested stage: pydantic collects it, and ``explain`` reports it with the rest."""

    def __init__(self, mistakes: Iterable[ErrorDetail]) -> None:
        self.errors = tuple(mistakes)
        super().__init__("; ".join(": ".join([*filter(None, [".".join(at)]), said]) for at, said in self.errors))


def to_tuples(value: Any) -> Any:
    """Return the value with tuples for lists: stages are frozen, and strict validation takes neither for the other."""
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
    """Build a model from values that come from outside; lists become tuples.

    Args:
        cls: the model's class.
        values: its fields.
        where: the path that leads each mistake, ``walk`` for example; empty for none.
        source: what the whole message begins with: a file's name, for example.
        error: the class to raise.

    Raises:
        LimnerError: a field is unknown, missing or wrong; the message lists every mistake with its path.
    """
    fields = to_tuples(values)
    try:
        return cls.model_validate(fields)
    except ValidationError as wrong:
        lead = f"{source}: " if source else ""
        raise error(lead + "; ".join(explain(wrong, cls, where, fields))) from wrong


def explain(error: ValidationError, cls: type[BaseModel], path: str, values: Mapping[str, Any]) -> list[str]:
    """Return a validation error as one sentence for each mistake, led by its path.

    Args:
        error: what pydantic raised.
        cls: the model that it was to build.
        path: what leads the path of each mistake.
        values: the fields that pydantic was given.
    """
    told: dict[str, str] = {}
    for at, said in iter_errors(error, cls, values):
        where = ".".join([*([path] if path else []), *at]) or "recipe"
        told.setdefault(where, f"{where}: {said}")
    return list(told.values())


def iter_errors(error: ValidationError, cls: type[BaseModel], values: Mapping[str, Any]) -> Iterator[ErrorDetail]:
    """Yield the mistakes of a validation error, those of nested stages included."""
    items = error.errors(include_url=False)
    places = [_locate(item, values) for item in items]
    fitting = {place.union for place in places if place.fits}
    for item, place in zip(items, places, strict=True):
        if not place.fits and place.union in fitting:
            continue  # a branch of a union that takes other shapes than the value's: another branch says what is wrong
        inner = item.get("ctx", {}).get("error")
        if isinstance(inner, InvalidFieldsError):
            yield from (((*place.keys, *further), said) for further, said in inner.errors)
        else:
            yield place.keys, _sentence(dict(item), cls)


class _Place(NamedTuple):
    """Where a mistake is.

    Attributes:
        keys: the keys that lead to it.
        union: the keys that lead to the union that it is within, if any.
        fits: whether the union's branch takes values of this shape: tuples, or anything else.
    """

    keys: tuple[str, ...]
    union: tuple[str, ...] | None = None
    fits: bool = True


_TUPLE_ERRORS = ("tuple_type", "too_long", "too_short")


def _locate(item: ErrorDetails, values: Mapping[str, Any]) -> _Place:
    """Return the place of a mistake, by following its location through the values.

    A step that leads nowhere is no key: pydantic puts the name of a union's branch there.
    """
    keys: list[str] = []
    union, at, several = None, values, False
    for step in item["loc"]:
        leads = isinstance(at, Mapping) and (not keys or step in at or item["type"] == "missing")
        if leads or isinstance(step, int) or step == "[key]":  # the last marks a mistake in a key itself
            keys.append(printable_key(step))
            at = _inside(at, step)
        else:
            union, several = tuple(keys), isinstance(at, tuple)
    if union is None:
        return _Place(tuple(keys))
    takes_several = len(keys) > len(union) or item["type"] in _TUPLE_ERRORS
    return _Place(tuple(keys), union, takes_several == several)


def _inside(values: Any, step: str | int) -> Any:
    """Return what a key or an index leads to; None if it leads nowhere."""
    try:
        return values[step]
    except (LookupError, TypeError):
        return None


def _sentence(item: dict[str, Any], cls: type[BaseModel]) -> str:
    kind, ctx, got = item["type"], item.get("ctx", {}), _show(item.get("input"))
    if kind == "extra_forbidden":
        return f"unknown key{_nearest_key(str(item['loc'][-1]), cls)}"
    if kind == "missing":
        return "is missing"
    plainly = {"tuple_type": "a list", "finite_number": "a finite number", "int_type": "a whole number"}
    if kind in plainly:
        return f"must be {plainly[kind]}, got {got}"
    bounds = {"greater_than_equal": ("at least", "ge"), "less_than_equal": ("at most", "le")}
    bounds |= {"greater_than": ("more than", "gt"), "less_than": ("less than", "lt")}
    if kind in bounds:
        word, key = bounds[kind]
        return f"must be {word} {ctx[key]}, got {got}"
    if kind in ("too_long", "too_short"):
        word, number = ("at most", ctx["max_length"]) if kind == "too_long" else ("at least", ctx["min_length"])
        return f"must have {word} {number} items, got {ctx['actual_length']}"
    if kind == "literal_error":
        near = get_close_matches(str(item.get("input")), re.findall(r"'([^']+)'", ctx["expected"]), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return f"must be {ctx['expected']}, got {got}{hint}"
    if kind == "value_error":
        return str(ctx.get("error", item["msg"]))
    message = re.sub(
        r"^a valid (\w+)", lambda found: with_article(found[1]), item["msg"].removeprefix("Input should be ")
    )
    return f"must be {message[:1].lower()}{message[1:]}, got {got}"


@runtime_checkable
class NestedFields(Protocol):
    """A mark on a field that holds another model."""

    def fields(self) -> Collection[str]:
        """Return the names of the fields that the other model may have."""


def _nearest_key(name: str, cls: type[BaseModel]) -> str:
    """Return the hint for an unknown key: the field of that name in a nested model, else the nearest key."""
    for key, field in cls.model_fields.items():
        if any(isinstance(mark, NestedFields) and name in mark.fields() for mark in field.metadata):
            return f"; did you mean '{key}.{name}'?"
    return did_you_mean(name, cls.model_fields)


def _show(value: Any) -> str:
    """Return a value from outside, short and harmless to print."""
    text = repr(value) if not isinstance(value, float) or math.isfinite(value) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def printable_key(key: Any) -> str:
    """Return a key from outside as part of a path."""
    text = str(key)
    return text if text.isprintable() and len(text) <= 60 else _show(text)


def with_article(word: str) -> str:
    """Return the word with its article."""
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
