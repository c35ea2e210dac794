"""Reading a recipe: every mistake is told at once, each with its path and the nearest known name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from limner.errors import LimnerError, RecipeError, did_you_mean
from limner.recipes.recipe import (
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
from limner.recipes.stage_spec import Part, kinds_filled
from limner.utils.validation import a, explain, frozen, plain

if TYPE_CHECKING:
    from limner.registry.registry import Registry
    from limner.stages.base import Stage
    from limner.stages.blend import Blend


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
        self.problems += [f"{at}{plain(k)}: unknown key{did_you_mean(str(k), known)}" for k in table if k not in known]
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
            self.problems.append(f"{path}.kind: must name {a(role)}" + (f"; known: {names}" if names else ""))
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


def _or(domains: Iterable[str]) -> str:
    return " or ".join(f"{d}s" for d in sorted(domains))
