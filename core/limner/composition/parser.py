"""The parser of recipes: it reports all errors together, each with its path and the closest valid name."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from limner.composition.nested import fill_kinds
from limner.composition.recipe import (
    DEFAULTS,
    IMAGE_KEYS,
    LAYER_KEYS,
    MAX_NESTING,
    MAX_PARTS,
    OPTIONAL_KEYS,
    ROLE_OF_KEY,
    LayeredRecipe,
    Recipe,
    RecipeHeader,
    SingleRecipe,
    stage_domains,
)
from limner.composition.revisions import current_fields, missing_upgrade
from limner.composition.setting_owners import owners_hint, value_hint
from limner.composition.stage_spec import StageSpec
from limner.errors import ArtworkError, LimnerError, RecipeError, did_you_mean, reason
from limner.registry.attribution import attribute
from limner.registry.registry import registry
from limner.stages.augment import Augment
from limner.stages.base import Stage
from limner.stages.blend import Blend
from limner.stages.color import ColorMode
from limner.stages.encoder import Encoder
from limner.stages.frame import Frame
from limner.stages.loss import Loss
from limner.stages.mask import Mask
from limner.stages.network import Network
from limner.stages.optimization.trainer import Trainer
from limner.stages.warp import Warp
from limner.utils.arguments import check_path
from limner.utils.paths import StrPath, os_reason
from limner.utils.validation import explain, printable_key, to_tuples, with_article

if TYPE_CHECKING:
    from limner.registry.registry import Registry

StageT = TypeVar("StageT", bound=Stage)

SWEEP_TABLE = "sweep"
"""A top-level table of a recipe file that the parser ignores; ``limner sweep`` reads it."""


MAX_TOML = 2**20  # bytes
TOML_MARKS = ("\n", "=", "[")
"""A text that contains one of these is TOML, and not the path of a file."""


def read_text(path: Path) -> str:
    """Return the text of a TOML file.

    Raises:
        LimnerError: the file cannot be read, or is larger than ``MAX_TOML`` bytes.
        ArtworkError: the file is not UTF-8 text.
    """
    try:
        if path.stat().st_size > MAX_TOML:
            raise LimnerError(f"{path}: is too large for a recipe ({MAX_TOML >> 20} MiB at most); check the path")
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise LimnerError(f"{path}: cannot be read: {os_reason(error)}") from error
    except UnicodeDecodeError as error:
        raise ArtworkError(f"{path}: is not text") from error


def from_toml(toml: StrPath) -> Recipe:
    """Return the recipe in a TOML text or file; see ``Recipe.from_toml``.

    Raises:
        LimnerError: the text is empty, or the file cannot be read.
        RecipeError: the text is not TOML, or the recipe has errors.
    """
    path = check_path("toml", toml, "a TOML text or a path")
    if isinstance(toml, str) and not toml.strip():
        raise LimnerError("`toml`: is empty; give a TOML text or the path of a file")
    if isinstance(toml, str) and any(mark in toml for mark in TOML_MARKS):
        return parse(read_toml(toml, "recipe"), registry())
    return parse(read_toml(read_text(path), str(path)), registry(), str(path))


def read_toml(text: str, source: str) -> dict[str, Any]:
    """Return the table in a TOML text.

    Raises:
        RecipeError: the text is not TOML.
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecipeError([f"is not valid TOML: {error}"], source) from error


def parse(table: Mapping[str, Any], registry: Registry, source: str = "recipe") -> Recipe:
    """Return the recipe in a table, with all defaults filled in.

    Raises:
        RecipeError: the table has errors; all of them are reported, each with its path.
    """
    return _Parser(registry, source).recipe(table)


class _Parser:
    """Builds a recipe from its table and collects all errors."""

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
        """Return the recipe in the table at a path; None if it has errors."""
        layered = "layer" in table
        known = [
            *RecipeHeader.model_fields,
            *(LAYER_KEYS if layered else (*DEFAULTS, *OPTIONAL_KEYS, *IMAGE_KEYS, *LAYER_KEYS)),
        ]
        known += [SWEEP_TABLE] if depth == 0 else []
        self.problems += [
            f"{at}{printable_key(k)}: unknown key{did_you_mean(str(k), known)}" for k in table if k not in known
        ]
        fields = {k: v for k, v in table.items() if k in RecipeHeader.model_fields}
        header = self._validate(RecipeHeader, fields, at.rstrip("."))
        made = self._layered(table, at, depth) if layered else self._single(table, at)
        if header is None or made is None:
            return None
        return replace(made, header=header, seeded="seed" in table)

    def _single(self, table: Mapping[str, Any], at: str) -> SingleRecipe | None:
        """Return the recipe of one model, with a header that the caller replaces; None if it has errors."""
        if "blend" in table:
            self.problems.append(f"{at}blend: needs layers to blend; add [[layer]] tables")
        frame = self._one(Frame, "frame", table, at)
        network = self._one(Network, "network", table, at)
        color = self._one(ColorMode, "color", table, at)
        warps = self._several(Warp, "warp", table, at)
        encoders = self._several(Encoder, "encoder", table, at)
        augments = self._several(Augment, "augment", table, at)
        mask = self._one(Mask, "mask", table, at)
        output = self._one(Encoder, "output", table, at)
        loss = self._one(Loss, "loss", table, at)
        trainer = self._one(Trainer, "trainer", table, at)
        if "encoder" in table and table["encoder"] in ([], ()):
            self.problems.append(f"{at}encoder: a recipe needs at least one")
        if frame is None or network is None or color is None or self.problems:
            return None
        made = SingleRecipe(
            header=RecipeHeader(),
            frame=frame,
            warps=warps,
            encoders=encoders,
            network=network,
            color=color,
            mask=mask,
            output=output,
            augments=augments,
            loss=loss,
            trainer=trainer,
        )
        self._check_domains(made, at)
        if not self.problems and made.domain != "image":
            said = f"goes with recipes that take pictures to pictures, and this one speaks {made.domain}s; leave it out"
            self.problems += [f"{at}{name}: {said}" for name in IMAGE_KEYS if table.get(name)]
        elif not self.problems and made.output is None:
            return replace(made, output=self._spec(Encoder, "encoder", {"kind": "identity"}, f"{at}output"))
        return made

    def _layered(self, table: Mapping[str, Any], at: str, depth: int) -> LayeredRecipe | None:
        """Return the recipe of blended layers, with a header that the caller replaces; None if it has errors."""
        blend = self._spec(Blend, "blend", table.get("blend", {"kind": "mean"}), f"{at}blend")
        layers = table["layer"]
        if not isinstance(layers, (list, tuple)) or not all(isinstance(layer, Mapping) for layer in layers):
            self.problems.append(f"{at}layer: must be a list of tables, [[layer]]")
            return None
        if depth >= MAX_NESTING:
            self.problems.append(f"{at}layer: layers are nested more than {MAX_NESTING} deep")
            return None
        if blend is not None:
            fewest, most = blend.stage.layer_bounds
            if not fewest <= len(layers) <= most:
                wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
                self.problems.append(f"{at}layer: blend {blend.kind!r} takes {wanted} layers, got {len(layers)}")
                return None
        read = [self._recipe(layer, f"{at}layer.{i}.", depth + 1) for i, layer in enumerate(layers)]
        made = tuple(layer for layer in read if layer is not None)
        if blend is None or len(made) < len(read):
            return None
        return LayeredRecipe(header=RecipeHeader(), layers=made, blend=blend)

    def _check_domains(self, recipe: SingleRecipe, at: str) -> None:
        """Report stages without a common domain; the message names two of them."""
        domains_by_stage = stage_domains(recipe)
        if frozenset.intersection(*(domains for _, domains in domains_by_stage)):
            return
        for i, (first, ours) in enumerate(domains_by_stage):
            for second, theirs in domains_by_stage[i + 1 :]:
                if not ours & theirs:
                    conflict = f"{first} works on {_or(ours)} and {second} on {_or(theirs)}"
                    self.problems.append(f"{at}{conflict}; replace one of them")
                    return
        self.problems.append(f"{at}no domain is common to: " + ", ".join(name for name, _ in domains_by_stage))

    def _one(self, interface: type[StageT], name: str, table: Mapping[str, Any], at: str) -> StageSpec[StageT] | None:
        """Return the stage under a key, or its default; None if it is missing or has errors."""
        if name not in table and name not in DEFAULTS:
            return None
        value = table.get(name, DEFAULTS.get(name))
        return self._spec(interface, ROLE_OF_KEY.get(name, name), value, at + name)

    def _several(
        self, interface: type[StageT], role: str, table: Mapping[str, Any], at: str
    ) -> tuple[StageSpec[StageT], ...]:
        """Return the stages under a key, or their default, without those that have errors."""
        value, path = table.get(role, DEFAULTS.get(role, [])), at + role
        if not isinstance(value, (list, tuple)):
            self.problems.append(f"{path}: must be a list of tables, [[{role}]]")
            return ()
        if len(value) > MAX_PARTS:
            self.problems.append(f"{path}: must be at most {MAX_PARTS} tables, got {len(value)}")
            return ()
        specs = [self._spec(interface, role, item, f"{path}.{i}") for i, item in enumerate(value)]
        return tuple(spec for spec in specs if spec is not None)

    def _spec(self, interface: type[StageT], role: str, value: Any, path: str) -> StageSpec[StageT] | None:
        """Return the stage in the table at a path; None if it has errors."""
        if not isinstance(value, Mapping):
            self.problems.append(f"{path}: must be a table, [{role}]")
            return None
        kind = value.get("kind", DEFAULTS[role]["kind"] if role in ("frame", "network", "color") else None)
        if not isinstance(kind, str):
            names = ", ".join(self.registry.names(role))
            self.problems.append(
                f"{path}.kind: must name {with_article(role)}" + (f"; known: {names}" if names else "")
            )
            return None
        try:
            cls = self.registry.load(role, kind, interface)
            entry = self.registry.entry(role, kind)
        except LimnerError as error:
            hint = value_hint(role, kind) if path == role and not self.registry.has(role, kind) else ""
            self.problems.append(f"{path}.kind: {error}{hint}")
            return None
        try:
            fields, _ = current_fields(cls, entry, value)
        except LimnerError as error:
            self.problems.append(f"{path}: {error}")
            return None
        stage = self._validate(cls, fields, path, entry.package, partial(owners_hint, role, path=path))
        if stage is None:
            self.problems[-1] += missing_upgrade(cls, entry, value)
            return None
        return StageSpec(role, entry.canonical_name, stage)

    def _validate(
        self,
        cls: type[StageT],
        fields: Mapping[str, Any],
        path: str,
        home: str = "",
        hint: Callable[[str], str] | None = None,
    ) -> StageT | None:
        filled = fill_kinds(cls, to_tuples(fields), home)
        try:
            return cls.model_validate(filled)
        except ValidationError as error:
            self.problems += explain(error, cls, path, filled, hint)
        except TypeError as error:  # the class of a plugin lacks an abstract method
            if owner := attribute(error):
                raise owner.error(reason(error)) from error
            self.problems.append(f"{path}: {error}")
        return None


def _or(domains: Iterable[str]) -> str:
    return " or ".join(f"{d}s" for d in sorted(domains))
