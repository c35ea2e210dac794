"""Stage revisions: files of older stages are upgraded when they are opened; newer ones name the package they need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.artworks.files.parameter_records import check_parameters, foreign_parts
from limner.composition.revisions import current_fields, missing_upgrade
from limner.composition.stage_tables import StageLocation, class_at, rewrite_stages
from limner.errors import ArtworkError, LimnerError, PluginError
from limner.registry.registry import registry

if TYPE_CHECKING:
    from limner.arrays.parameters import ParameterLayout
    from limner.composition.recipe import Recipe
    from limner.formats.manifest import Manifest


def local_classes(recipe: Recipe) -> dict[str, str]:
    """Return the stage classes without a package that a recipe uses: ``module:Class`` by qualified name.

    Raises:
        LimnerError: a class has been redefined since; a file would be read with the new class instead of this one.
    """
    classes = {}
    for spec in (spec for _, part in recipe.parts() for spec in part.all()):
        entry = registry().entry(spec.role, spec.kind)
        if entry.local is None:
            continue
        if entry.local is not type(spec.stage):
            raise LimnerError(
                f"{entry.qualified_name}: {entry.target} was redefined after this artwork was created; create the "
                "artwork again with the new class"
            )
        classes[entry.qualified_name] = entry.target
    return classes


def is_outdated(table: Mapping[str, Any]) -> bool:
    """Return whether any stage in a recipe's table has an older revision than the installed one."""
    outdated = []

    def check_revision(place: StageLocation, stage: dict[str, Any]) -> dict[str, Any]:
        cls = class_at(place, stage)
        revision = stage.get("revision", 1)
        outdated.append(cls is not None and isinstance(revision, int) and revision < cls.revision)
        return stage

    rewrite_stages(table, check_revision)
    return any(outdated)


@dataclass
class Upgrade:
    """The upgrade of a file's recipe and θ to the installed revisions of its stages.

    Call ``upgraded_table`` first, then ``upgraded_theta``.

    Attributes:
        manifest: the file's manifest.
        theta: θ as stored in the file.
        arrays: the parameters of third-party stages, by the path of the part and the name of the parameter.
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
                raise ArtworkError(f"the manifest misplaces the parameters of {part}; the file is damaged or forged")
            flat, views = self.theta[stored.start : stored.start + stored.size], {}
            for name, shape in stored.shapes.items():
                size = prod(shape)
                views[name], flat = flat[:size].reshape(shape).astype(np.float32), flat[size:]
            self.arrays[part] = views

    def upgraded_table(self) -> dict[str, Any]:
        """Return the recipe's table with its stages upgraded, and upgrade the parameters in ``arrays``.

        Raises:
            LimnerError: a stage has a newer revision than the installed one.
            PluginError: a stage's ``upgrade`` failed.
        """
        return rewrite_stages(self.manifest.recipe, self._upgrade_stage)

    def upgraded_theta(self, recipe: Recipe, layout: ParameterLayout) -> np.ndarray:
        """Return θ in the layout of the upgraded recipe.

        Raises:
            ArtworkError: the stored θ does not match the recipe.
            PluginError: ``upgrade`` returned parameters that the stage does not have, or the parameters of a stage
                changed although its revision did not.
        """
        check_parameters(self.manifest, recipe, layout, self._owners)
        pieces, offset = [], 0
        for path, foreign in foreign_parts(recipe):
            entries = [entry for entry in layout.parameters if entry.name.startswith(f"{path}.")]
            stored = self.manifest.parameters.get(path)
            if path in self._owners:
                arrays = self.arrays.get(path, {})
                pieces += [self._flattened(arrays, path, entry.name, entry.shape) for entry in entries]
                offset += stored.size if stored else 0
            else:
                size = stored.size if foreign and stored else sum(entry.size for entry in entries)
                pieces.append(self.theta[offset : offset + size])
                offset += size
        theta = np.concatenate([*pieces, np.empty(0, np.float32)], dtype=np.float32)
        if offset != self.theta.size or theta.size != layout.size:
            raise ArtworkError(
                f"the upgraded recipe needs {layout.size} parameters, but the file contains {self.theta.size}; "
                "the file is damaged, or an upgrade changed the size of other stages"
            )
        return theta

    def _upgrade_stage(self, place: StageLocation, table: dict[str, Any]) -> dict[str, Any]:
        """Return the table of one stage in its installed revision, and upgrade its parameters in ``arrays``."""
        cls = class_at(place, table)
        if cls is None or table.get("revision", 1) == cls.revision:
            return table
        entry = registry().entry(place.role, str(table["kind"]))
        prefix = f"{place.inside}." if place.inside else ""
        stored = self.arrays.get(place.part, {})
        own = {name.removeprefix(prefix): array for name, array in stored.items() if name.startswith(prefix)}
        fields, params = current_fields(cls, entry, table, own)
        others = {name: array for name, array in stored.items() if not name.startswith(prefix)}
        self.arrays[place.part] = others | {prefix + name: array for name, array in (params or {}).items()}
        self._owners[place.part] = f"{entry.role} {entry.name!r} of {entry.owner}"
        if missing := missing_upgrade(cls, entry, table):
            self._missing[place.part] = missing
            return table  # left at the older revision; the parser reports its fields if they are invalid
        revision = {"revision": cls.revision} if cls.revision != 1 else {}
        return {"kind": table["kind"], **revision, **fields}

    def _flattened(
        self, arrays: Mapping[str, np.ndarray], path: str, full_name: str, shape: tuple[int, ...]
    ) -> np.ndarray:
        """Return one upgraded parameter as a 1-D float32 array.

        Raises:
            PluginError: the parameter is missing or has another shape.
        """
        name = full_name.removeprefix(f"{path}.")
        array = np.asarray(arrays[name]) if name in arrays else None
        if array is None or array.shape != shape:
            if path in self._missing:
                got = "does not contain it" if array is None else f"has shape {array.shape}"
                raise PluginError(
                    f"{self._owners[path]}: needs the parameter {name!r} of shape {shape}, but the file {got}"
                    f"{self._missing[path]}"
                )
            got = "did not return it" if array is None else f"returned shape {array.shape}"
            raise PluginError(f"{self._owners[path]}: upgrade() must return {name!r} of shape {shape}, but {got}")
        return array.astype(np.float32).ravel()
