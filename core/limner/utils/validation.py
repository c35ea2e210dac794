"""Mistakes in what comes from outside: each is told in a sentence, led by its path."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from limner.errors import did_you_mean

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

Mistake = tuple[tuple[str, ...], str]
"""Where, key by key, and what is wrong there."""


class MistakesError(ValueError):
    """What is wrong with a stage within another: pydantic collects it, and ``explain`` tells it with the rest."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(": ".join([*filter(None, [".".join(at)]), said]) for at, said in self.mistakes))


def frozen(value: Any) -> Any:
    """The value with tuples for lists: stages are frozen, and strict validation takes the one for the other nowhere."""
    if isinstance(value, Mapping):
        return {str(k): frozen(v) for k, v in value.items()}
    return tuple(frozen(v) for v in value) if isinstance(value, (list, tuple)) else value


_UNION_BRANCH = re.compile(r"constrained-|(int|float|str|bool)$|[a-z-]+\[")
"""How pydantic names the branches of a union inside an error's location."""


def explain(
    error: ValidationError, cls: type[BaseModel], path: str, value: Mapping[str, Any] | None = None
) -> list[str]:
    """A validation error as one sentence for each mistake, led by its path."""
    told: dict[str, str] = {}
    for at, said in found(error, cls, value or {}):
        where = ".".join([*([path] if path else []), *at]) or "recipe"
        told.setdefault(where, f"{where}: {said}")
    return list(told.values())


def found(error: ValidationError, cls: type[BaseModel], value: Mapping[str, Any]) -> Iterator[Mistake]:
    """The mistakes of a validation error, those of the stages within the stage among them."""
    for item in error.errors(include_url=False):
        branch = next((str(x) for x in item["loc"] if _UNION_BRANCH.match(str(x))), "")
        if branch and isinstance(value.get(str(item["loc"][0])), tuple) != branch.startswith("tuple"):
            continue  # one value where a tuple may stand too: the other branch says what is wrong with the value
        at = tuple(plain(x) for x in item["loc"] if not _UNION_BRANCH.match(str(x)))
        inner = item.get("ctx", {}).get("error")
        if isinstance(inner, MistakesError):
            yield from (((*at, *further), said) for further, said in inner.mistakes)
        else:
            yield at, _sentence(dict(item), cls)


def _sentence(item: dict[str, Any], cls: type[BaseModel]) -> str:
    kind, ctx, got = item["type"], item.get("ctx", {}), _show(item.get("input"))
    if kind == "extra_forbidden":
        return f"unknown key{did_you_mean(str(item['loc'][-1]), cls.model_fields)}"
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
    message = re.sub(r"^a valid (\w+)", lambda found: a(found[1]), item["msg"].removeprefix("Input should be "))
    return f"must be {message[:1].lower()}{message[1:]}, got {got}"


def _show(value: Any) -> str:
    """A value from outside, short and harmless to print."""
    text = repr(value) if not isinstance(value, float) or math.isfinite(value) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def plain(key: Any) -> str:
    """A key from outside, as part of a path."""
    text = str(key)
    return text if text.isprintable() and len(text) <= 60 else _show(text)


def a(word: str) -> str:
    """The word with its article."""
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
