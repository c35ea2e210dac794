"""Reading a recipe: every mistake is told at once, each with its path and the nearest known name."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from limner.errors import LimnerError, RecipeError, did_you_mean
from limner.recipe import DEFAULTS, LISTS, MAX_PARTS, OPTIONAL, Header, Part, Recipe, speakers

if TYPE_CHECKING:
    from limner.registry import Registry
    from limner.stage import Stage


def read_toml(text: str, source: str) -> dict[str, Any]:
    """The table in a TOML text.

    Raises:
        RecipeError: it is not TOML.
    """
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RecipeError([f"is not TOML: {error}"], source) from error


def parse(table: Mapping[str, Any], registry: Registry, source: str = "recipe") -> Recipe:
    """The recipe in a table, defaults filled in.

    Raises:
        RecipeError: the table has mistakes; all of them are told, each with its path.
    """
    return _Parser(registry, source).recipe(table)


class _Parser:
    """Collects what is wrong while it builds what is right."""

    def __init__(self, registry: Registry, source: str) -> None:
        self.registry = registry
        self.source = source
        self.problems: list[str] = []

    def recipe(self, table: Mapping[str, Any]) -> Recipe:
        known = [*Header.model_fields, *DEFAULTS, *OPTIONAL]
        self.problems += [f"{_plain(k)}: unknown key{did_you_mean(str(k), known)}" for k in table if k not in known]
        header = self._validate(Header, {k: v for k, v in table.items() if k in Header.model_fields}, "")
        one = {name: self._part(name, table.get(name, DEFAULTS[name])) for name in ("frame", "network", "color")}
        many = {name: self._parts(name, table.get(name, DEFAULTS[name])) for name in LISTS}
        extra = {name: self._part(name, table[name]) for name in OPTIONAL if name in table}
        if "encoder" in table and table["encoder"] == []:
            self.problems.append("encoder: a recipe needs one at least")
        if self.problems or header is None:
            raise RecipeError(self.problems, self.source)
        recipe = Recipe(
            header=cast("Header", header),
            frame=cast("Part", one["frame"]),
            warps=many["warp"],
            encoders=many["encoder"],
            network=cast("Part", one["network"]),
            color=cast("Part", one["color"]),
            loss=extra.get("loss"),
            trainer=extra.get("trainer"),
            seeded="seed" in table,
        )
        _check_domains(recipe, self.source)
        return recipe

    def _parts(self, role: str, value: Any) -> tuple[Part, ...]:
        if not isinstance(value, (list, tuple)):
            self.problems.append(f"{role}: must be a list of tables, [[{role}]]")
            return ()
        if len(value) > MAX_PARTS:
            self.problems.append(f"{role}: must be at most {MAX_PARTS} tables, got {len(value)}")
            return ()
        parts = [self._part(role, item, f"{role}.{i}") for i, item in enumerate(value)]
        return tuple(part for part in parts if part is not None)

    def _part(self, role: str, value: Any, path: str = "") -> Part | None:
        path = path or role
        if not isinstance(value, Mapping):
            self.problems.append(f"{path}: must be a table, [{role}]")
            return None
        kind = value.get("kind")
        if not isinstance(kind, str):
            names = ", ".join(self.registry.names(role))
            self.problems.append(f"{path}.kind: must name a {role}" + (f"; known: {names}" if names else ""))
            return None
        try:
            cls = self.registry.load(role, kind)
        except LimnerError as error:
            self.problems.append(f"{path}.kind: {error}")
            return None
        stage = self._validate(cls, {k: v for k, v in value.items() if k != "kind"}, path)
        return Part(kind, stage) if stage is not None else None

    def _validate(self, cls: type[Stage], fields: Mapping[str, Any], path: str) -> Stage | None:
        try:
            return cls.model_validate(frozen(fields))
        except ValidationError as error:
            self.problems += explain(error, cls, path)
            return None


def frozen(value: Any) -> Any:
    """The value with tuples for lists: stages are frozen, and strict validation takes the one for the other nowhere."""
    if isinstance(value, Mapping):
        return {str(k): frozen(v) for k, v in value.items()}
    return tuple(frozen(v) for v in value) if isinstance(value, (list, tuple)) else value


_UNION_BRANCH = re.compile(r"constrained-|(int|float|str|bool)$|[a-z-]+\[")
"""How pydantic names the branches of a union inside an error's location."""


def explain(error: ValidationError, cls: type[Stage], path: str) -> list[str]:
    """A validation error as one sentence for each mistake, led by its path."""
    told: dict[str, str] = {}
    for item in error.errors(include_url=False):
        if item["type"] == "tuple_type" and any(_UNION_BRANCH.match(str(x)) for x in item["loc"]):
            continue  # one value where a tuple may stand too: the other branch says what is wrong with the value
        names = [_plain(x) for x in item["loc"] if not _UNION_BRANCH.match(str(x))]
        where = ".".join([*([path] if path else []), *names]) or "recipe"
        told.setdefault(where, f"{where}: {_sentence(dict(item), cls)}")
    return list(told.values())


def _sentence(item: dict[str, Any], cls: type[Stage]) -> str:
    kind, ctx, got = item["type"], item.get("ctx", {}), _show(item.get("input"))
    if kind == "extra_forbidden":
        return f"unknown key{did_you_mean(str(item['loc'][-1]), cls.model_fields)}"
    if kind == "finite_number":
        return f"must be a finite number, got {got}"
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
    message = item["msg"].removeprefix("Input should be ").removeprefix("a valid ")
    return f"must be {message[:1].lower()}{message[1:]}, got {got}"


def _show(value: Any) -> str:
    """A value from outside, short and harmless to print."""
    text = repr(value) if not isinstance(value, float) or math.isfinite(value) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _plain(key: Any) -> str:
    """A key from outside, as part of a path."""
    text = str(key)
    return text if text.isprintable() and len(text) <= 60 else _show(text)


def _check_domains(recipe: Recipe, source: str) -> None:
    all_speakers = speakers(recipe)
    if frozenset.intersection(*(domains for _, domains in all_speakers)):
        return
    for i, (first, ours) in enumerate(all_speakers):
        for second, theirs in all_speakers[i + 1 :]:
            if not ours & theirs:
                said = f"{first} speaks {_or(ours)} and {second} speaks {_or(theirs)}"
                raise RecipeError([f"{said}: they cannot stand in one recipe; swap one of them"], source)
    raise RecipeError(["no domain is spoken by all of: " + ", ".join(name for name, _ in all_speakers)], source)


def _or(domains: Iterable[str]) -> str:
    return " or ".join(f"{d}s" for d in sorted(domains))
