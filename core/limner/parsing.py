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
from limner.part import Part, kinds_filled
from limner.recipe import (
    DEFAULTS,
    IMAGES,
    LAYERED,
    LISTS,
    MAX_NESTING,
    MAX_PARTS,
    OPTIONAL,
    PLAYS,
    Header,
    LayeredRecipe,
    Recipe,
    SingleRecipe,
    speakers,
)

if TYPE_CHECKING:
    from limner.blend import Blend
    from limner.registry import Registry
    from limner.stage import Stage


BESIDE = "sweep"
"""A table that may stand beside a recipe and is no part of it."""


def read_toml(text: str, source: str) -> dict[str, Any]:
    """The table in a TOML text.

    Raises:
        RecipeError: it is not TOML.
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
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
        recipe = self._recipe(table, "", 0)
        if self.problems or recipe is None:
            raise RecipeError(self.problems, self.source)
        return recipe

    def _recipe(self, table: Mapping[str, Any], at: str, depth: int) -> Recipe | None:
        """The recipe in a table that stands at a path; None where it has mistakes."""
        layered = "layer" in table
        known = [*Header.model_fields, *(LAYERED if layered else (*DEFAULTS, *OPTIONAL, *IMAGES, *LAYERED))]
        known += [BESIDE] if depth == 0 else []
        self.problems += [f"{at}{_plain(k)}: unknown key{did_you_mean(str(k), known)}" for k in table if k not in known]
        fields = {k: v for k, v in table.items() if k in Header.model_fields}
        header = cast("Header | None", self._validate(Header, fields, at.rstrip(".")))
        made = self._layered(table, at, depth) if layered else self._single(table, at)
        if header is None or made is None:
            return None
        cls, stages = made
        return cls(header=header, seeded="seed" in table, **stages)

    def _single(self, table: Mapping[str, Any], at: str) -> tuple[type[SingleRecipe], dict[str, Any]] | None:
        if "blend" in table:
            self.problems.append(f"{at}blend: blends layers, and the recipe has none; write [[layer]]")
        stages: dict[str, Any] = {
            name: self._part(name, table.get(name, DEFAULTS[name]), at + name) for name in ("frame", "network", "color")
        }
        many = {name: self._parts(name, table.get(name, DEFAULTS.get(name, [])), at + name) for name in LISTS}
        stages |= {
            name: self._part(PLAYS.get(name, name), table[name], at + name) for name in OPTIONAL if name in table
        }
        if "encoder" in table and table["encoder"] in ([], ()):
            self.problems.append(f"{at}encoder: a recipe needs one at least")
        if None in stages.values() or self.problems:
            return None
        stages |= {"warps": many["warp"], "encoders": many["encoder"], "augments": many["augment"]}
        made = SingleRecipe(header=Header(), **stages)
        self._check_domains(made, at)
        if not self.problems and made.domain != "image":
            said = f"goes with recipes that take pictures to pictures, and this one speaks {made.domain}s; leave it out"
            self.problems += [f"{at}{name}: {said}" for name in IMAGES if table.get(name)]
        elif not self.problems and made.output is None:
            stages["output"] = self._part("encoder", {"kind": "identity"}, f"{at}output")
        return SingleRecipe, stages

    def _layered(
        self, table: Mapping[str, Any], at: str, depth: int
    ) -> tuple[type[LayeredRecipe], dict[str, Any]] | None:
        blend = self._part("blend", table.get("blend", {"kind": "mean"}), f"{at}blend")
        layers = table["layer"]
        if not isinstance(layers, (list, tuple)) or not all(isinstance(layer, Mapping) for layer in layers):
            self.problems.append(f"{at}layer: must be a list of tables, [[layer]]")
            return None
        if depth >= MAX_NESTING:
            self.problems.append(f"{at}layer: layers stand within layers more than {MAX_NESTING} deep")
            return None
        if blend is not None:
            stage = cast("Blend", blend.stage)
            if not stage.fewest <= len(layers) <= stage.most:
                wanted = str(stage.fewest) if stage.fewest == stage.most else f"{stage.fewest} to {stage.most}"
                self.problems.append(f"{at}layer: blend {blend.kind!r} takes {wanted} layers, got {len(layers)}")
                return None
        read = [self._recipe(layer, f"{at}layer.{i}.", depth + 1) for i, layer in enumerate(layers)]
        return None if blend is None or None in read else (LayeredRecipe, {"layers": tuple(read), "blend": blend})

    def _check_domains(self, recipe: SingleRecipe, at: str) -> None:
        """Refuse stages that have no domain in common, with a sentence that names two of them."""
        named = speakers(recipe)
        if frozenset.intersection(*(domains for _, domains in named)):
            return
        for i, (first, ours) in enumerate(named):
            for second, theirs in named[i + 1 :]:
                if not ours & theirs:
                    said = f"{first} speaks {_or(ours)} and {second} speaks {_or(theirs)}"
                    self.problems.append(f"{at}{said}: they cannot stand in one recipe; swap one of them")
                    return
        self.problems.append(f"{at}no domain is spoken by all of: " + ", ".join(name for name, _ in named))

    def _parts(self, role: str, value: Any, path: str) -> tuple[Part, ...]:
        if not isinstance(value, (list, tuple)):
            self.problems.append(f"{path}: must be a list of tables, [[{role}]]")
            return ()
        if len(value) > MAX_PARTS:
            self.problems.append(f"{path}: must be at most {MAX_PARTS} tables, got {len(value)}")
            return ()
        parts = [self._part(role, item, f"{path}.{i}") for i, item in enumerate(value)]
        return tuple(part for part in parts if part is not None)

    def _part(self, role: str, value: Any, path: str) -> Part | None:
        if not isinstance(value, Mapping):
            self.problems.append(f"{path}: must be a table, [{role}]")
            return None
        kind = value.get("kind", DEFAULTS[role]["kind"] if role in ("frame", "network", "color") else None)
        if not isinstance(kind, str):
            names = ", ".join(self.registry.names(role))
            self.problems.append(f"{path}.kind: must name {_a(role)}" + (f"; known: {names}" if names else ""))
            return None
        try:
            cls = self.registry.load(role, kind)
        except LimnerError as error:
            self.problems.append(f"{path}.kind: {error}")
            return None
        stage = self._validate(cls, {k: v for k, v in value.items() if k != "kind"}, path)
        return Part(role, kind, stage) if stage is not None else None

    def _validate(self, cls: type[Stage], fields: Mapping[str, Any], path: str) -> Stage | None:
        filled = kinds_filled(cls, frozen(fields))
        try:
            return cls.model_validate(filled)
        except ValidationError as error:
            self.problems += explain(error, cls, path, filled)
        except TypeError as error:  # an abstract method that a plugin's author did not write
            self.problems.append(f"{path}: {error}")
        return None


def frozen(value: Any) -> Any:
    """The value with tuples for lists: stages are frozen, and strict validation takes the one for the other nowhere."""
    if isinstance(value, Mapping):
        return {str(k): frozen(v) for k, v in value.items()}
    return tuple(frozen(v) for v in value) if isinstance(value, (list, tuple)) else value


_UNION_BRANCH = re.compile(r"constrained-|(int|float|str|bool)$|[a-z-]+\[")
"""How pydantic names the branches of a union inside an error's location."""


def explain(error: ValidationError, cls: type[Stage], path: str, value: Mapping[str, Any] | None = None) -> list[str]:
    """A validation error as one sentence for each mistake, led by its path."""
    told: dict[str, str] = {}
    value = value or {}
    for item in error.errors(include_url=False):
        branch = next((str(x) for x in item["loc"] if _UNION_BRANCH.match(str(x))), "")
        if branch and isinstance(value.get(str(item["loc"][0])), tuple) != branch.startswith("tuple"):
            continue  # one value where a tuple may stand too: the other branch says what is wrong with the value
        names = [_plain(x) for x in item["loc"] if not _UNION_BRANCH.match(str(x))]
        where = ".".join([*([path] if path else []), *names]) or "recipe"
        told.setdefault(where, f"{where}: {_sentence(dict(item), cls)}")
    return list(told.values())


def _sentence(item: dict[str, Any], cls: type[Stage]) -> str:
    kind, ctx, got = item["type"], item.get("ctx", {}), _show(item.get("input"))
    if kind == "extra_forbidden":
        return f"unknown key{did_you_mean(str(item['loc'][-1]), cls.model_fields)}"
    if kind == "missing":
        return "is missing"
    if kind == "tuple_type":
        return f"must be a list, got {got}"
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


def _a(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _or(domains: Iterable[str]) -> str:
    return " or ".join(f"{d}s" for d in sorted(domains))
