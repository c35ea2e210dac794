"""Files of older and newer stages: upgraded when they are opened, or an error that names the package they need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.artworks.parameter_records import check_parameters, foreign_parts
from limner.composition.revisions import current_fields, missing_upgrade
from limner.composition.stage_tables import StageLocation, class_at, rewrite_stages
from limner.errors import ArtworkError, LimnerError, PluginError
from limner.registry.registry import registry

if TYPE_CHECKING:
    from limner.arrays.parameters import ParameterLayout
    from limner.composition.recipe import Recipe
    from limner.formats.manifest import Manifest


def local_classes(recipe: Recipe) -> dict[str, str]:
    """Return the classes without a package that a recipe uses, ``module:Class``, by their qualified names.

    Raises:
        LimnerError: a class has been defined again since: a file would be read with the new class, not with this one.
    """
    out = {}
    for spec in (spec for _, part in recipe.parts() for spec in part.all()):
        entry = registry().entry(spec.role, spec.kind)
        if entry.local is None:
            continue
        if entry.local is not type(spec.stage):
            raise LimnerError(
                f"{entry.qualified_name}: {entry.target} was defined again after this artwork was made; make it again "
                "with the new class"
            )
        out[entry.qualified_name] = entry.target
    return out


def is_outdated(table: Mapping[str, Any]) -> bool:
    """Whether any stage in a recipe's table is of an older revision than the installed one."""
    old = []

    def look(place: StageLocation, one: dict[str, Any]) -> dict[str, Any]:
        cls = class_at(place, one)
        revision = one.get("revision", 1)
        old.append(cls is not None and isinstance(revision, int) and revision < cls.revision)
        return one

    rewrite_stages(table, look)
    return any(old)


@dataclass
class Upgrade:
    """A file's recipe and θ on their way to the installed revisions.

    Attributes:
        manifest: the file's record.
        theta: θ as it is stored.
        arrays: the parameters of third-party parts by name.
    """

    manifest: Manifest
    theta: np.ndarray
    arrays: dict[str, dict[str, np.ndarray]] = field(init=False)
    _owners: dict[str, str] = field(init=False, default_factory=dict)
    _missing: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.arrays = {}
        for part, stored in self.manifest.parameters.items():
            if stored.start + stored.size > self.theta.size:
                raise ArtworkError(f"its record of the parameters of {part} is wrong; the file is damaged or forged")
            flat, views = self.theta[stored.start : stored.start + stored.size], {}
            for name, shape in stored.shapes.items():
                size = prod(shape)
                views[name], flat = flat[:size].reshape(shape).astype(np.float32), flat[size:]
            self.arrays[part] = views

    def upgraded_table(self) -> dict[str, Any]:
        """Return the recipe's table of the installed revisions; ``arrays`` then holds their parameters.

        Raises:
            LimnerError: a stage is newer than the installed one.
            PluginError: a stage's ``upgrade`` fails.
        """
        return rewrite_stages(self.manifest.recipe, self._upgrade_stage)

    def upgraded_theta(self, recipe: Recipe, layout: ParameterLayout) -> np.ndarray:
        """Return θ in the layout of the upgraded recipe.

        Raises:
            ArtworkError: what the file holds does not fit its recipe.
            PluginError: ``upgrade`` returned parameters that the stage does not have, or a stage owns other parameters
                although its revision is the same.
        """
        check_parameters(self.manifest, recipe, layout, self._owners)
        pieces, at = [], 0
        for path, foreign in foreign_parts(recipe):
            entries = [entry for entry in layout.parameters if entry.name.startswith(f"{path}.")]
            stored = self.manifest.parameters.get(path)
            if path in self._owners:
                arrays = self.arrays.get(path, {})
                pieces += [self._flattened(arrays, path, entry.name, entry.shape) for entry in entries]
                at += stored.size if stored else 0
            else:
                size = stored.size if foreign and stored else sum(entry.size for entry in entries)
                pieces.append(self.theta[at : at + size])
                at += size
        theta = np.concatenate([*pieces, np.empty(0, np.float32)], dtype=np.float32)
        if at != self.theta.size or theta.size != layout.size:
            raise ArtworkError(
                f"its recipe has {layout.size} parameters after an upgrade, and the file holds {self.theta.size}; "
                "the file is damaged, or an upgrade changes the size of other stages"
            )
        return theta

    def _upgrade_stage(self, place: StageLocation, table: dict[str, Any]) -> dict[str, Any]:
        cls = class_at(place, table)
        if cls is None or table.get("revision", 1) == cls.revision:
            return table
        entry = registry().entry(place.role, str(table["kind"]))
        lead = f"{place.inside}." if place.inside else ""
        stored = self.arrays.get(place.part, {})
        own = {name.removeprefix(lead): array for name, array in stored.items() if name.startswith(lead)}
        fields, params = current_fields(cls, entry, table, own)
        others = {name: array for name, array in stored.items() if not name.startswith(lead)}
        self.arrays[place.part] = others | {lead + name: array for name, array in (params or {}).items()}
        self._owners[place.part] = f"{entry.role} {entry.name!r} of {entry.owner}"
        if missing := missing_upgrade(cls, entry, table):
            self._missing[place.part] = missing
            return table  # still of the older revision, which the parser reports if its fields are wrong
        revision = {"revision": cls.revision} if cls.revision != 1 else {}
        return {"kind": table["kind"], **revision, **fields}

    def _flattened(
        self, arrays: Mapping[str, np.ndarray], path: str, full_name: str, shape: tuple[int, ...]
    ) -> np.ndarray:
        name = full_name.removeprefix(f"{path}.")
        array = np.asarray(arrays[name]) if name in arrays else None
        if array is None or array.shape != shape:
            if path in self._missing:
                got = "has no such parameter" if array is None else f"has it with the shape {array.shape}"
                raise PluginError(
                    f"{self._owners[path]}: needs the parameter {name!r} of the shape {shape}, and the file {got}"
                    f"{self._missing[path]}"
                )
            got = "returned none of that name" if array is None else f"returned the shape {array.shape}"
            raise PluginError(f"{self._owners[path]}: upgrade() must return {name!r} of the shape {shape}, and {got}")
        return array.astype(np.float32).ravel()
