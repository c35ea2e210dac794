"""Files of older and newer stages: upgraded when they are opened, or an error that names the package they need."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from limner.composition.revisions import current_fields
from limner.composition.stage_tables import StagePlace, class_at, rewritten
from limner.errors import ArtworkError, PluginError
from limner.formats.manifest import StoredParameters
from limner.registry.registry import registry
from limner.utils.validation import plain

if TYPE_CHECKING:
    from limner.arrays.parameters import ParameterLayout
    from limner.composition.recipe import Recipe
    from limner.formats.manifest import Manifest
    from limner.models.base import Model
    from limner.registry.registration import Entry

Shapes: TypeAlias = Mapping[str, tuple[int, ...]]
"""The shapes of parameters by name, in the order of θ."""
MAX_NAMED = 8
"""How many parameters a message names."""


def stored_parameters(model: Model) -> dict[str, StoredParameters]:
    """Return where θ holds the parameters of third-party stages, by the path of the part that owns them.

    Built-in stages are left out: limner itself knows what they own.
    """
    parts = {path: foreign for path, foreign in _foreign_parts(model.recipe) if foreign}
    out: dict[str, StoredParameters] = {}
    start = 0
    for entry in model.layout.parameters:
        part = next((path for path in parts if entry.name.startswith(f"{path}.")), None)
        if part is not None:
            known = out.setdefault(part, StoredParameters(start=start, shapes={}))
            known.shapes[entry.name.removeprefix(f"{part}.")] = entry.shape
        start += entry.size
    return out


def check_parameters(
    manifest: Manifest, recipe: Recipe, layout: ParameterLayout, upgraded: Collection[str] = ()
) -> None:
    """Refuse a file if a third-party stage owns other parameters than when the file was written, or in another order.

    Args:
        manifest: the file's record.
        recipe: its recipe.
        layout: the installed layout of θ.
        upgraded: the paths of parts that are left out, because ``upgrade`` translates their parameters.

    Raises:
        PluginError: names, shapes or order differ although the revision is the same.
    """
    if not manifest.parameters and layout.size == manifest.theta_size:
        return
    for path, foreign in _foreign_parts(recipe):
        if not foreign or path in upgraded:
            continue
        stored = manifest.parameters.get(path)
        before = dict(stored.shapes) if stored else {}
        lead = f"{path}."
        now = {one.name.removeprefix(lead): one.shape for one in layout.parameters if one.name.startswith(lead)}
        if [*before.items()] != [*now.items()]:
            raise _changed(manifest, recipe, path, before, now)


def _changed(manifest: Manifest, recipe: Recipe, path: str, before: Shapes, now: Shapes) -> PluginError:
    """Return the error about a part whose parameters differ; it names the innermost stage of which that is true."""
    found: list[tuple[str, Entry]] = []

    def look(place: StagePlace, table: dict[str, Any]) -> dict[str, Any]:
        entry = registry().entry(place.role, str(table["kind"]))
        if place.part == path and not entry.built_in:
            found.append((f"{place.inside}." if place.inside else "", entry))
        return table

    rewritten(recipe.table(), look)
    lead, entry = next((one for one in reversed(found) if _below(one[0], before) != _below(one[0], now)), found[0])
    made = manifest.packages.get(entry.package, entry.version)
    install = f", or install {entry.package} {made}" if made != entry.version else ""
    was, is_ = (_listed(_below(lead, shapes)) for shapes in (before, now))
    return PluginError(
        f"{entry.owner}, {entry.kind} {entry.name!r}: its parameters were {was} and are now {is_}; "
        f"raise its revision and write upgrade(){install}"
    )


def _below(lead: str, shapes: Shapes) -> list[tuple[str, tuple[int, ...]]]:
    """Return the names and shapes that a prefix leads, without it, in their order."""
    return [(name.removeprefix(lead), tuple(shape)) for name, shape in shapes.items() if name.startswith(lead)]


def _listed(parameters: list[tuple[str, tuple[int, ...]]]) -> str:
    """Return parameters as a text: ``sines (4, 2), cosines (4, 2)``."""
    named = [f"{plain(name)} {shape}" for name, shape in parameters[:MAX_NAMED]]
    more = len(parameters) - len(named)
    return ", ".join(named + ([f"and {more} more"] if more else [])) or "none"


def local_classes(recipe: Recipe) -> dict[str, str]:
    """Return the classes without a package that a recipe uses, ``module:Class``, by their qualified names."""
    specs = [spec for _, part in recipe.parts() for spec in part.all()]
    entries = [registry().entry(spec.role, spec.kind) for spec in specs]
    return {entry.qualified_name: entry.target for entry in entries if entry.local is not None}


def is_outdated(table: Mapping[str, Any]) -> bool:
    """Whether any stage in a recipe's table is of an older revision than the installed one."""
    old = []

    def look(place: StagePlace, one: dict[str, Any]) -> dict[str, Any]:
        cls = class_at(place, one)
        revision = one.get("revision", 1)
        old.append(cls is not None and isinstance(revision, int) and revision < cls.revision)
        return one

    rewritten(table, look)
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

    def table(self) -> dict[str, Any]:
        """Return the recipe's table of the installed revisions; ``arrays`` then holds their parameters.

        Raises:
            LimnerError: a stage is newer than the installed one.
            PluginError: a stage's ``upgrade`` fails.
        """
        return rewritten(self.manifest.recipe, self._change)

    def laid_out(self, recipe: Recipe, layout: ParameterLayout) -> np.ndarray:
        """Return θ in the layout of the upgraded recipe.

        Raises:
            ArtworkError: what the file holds does not fit its recipe.
            PluginError: ``upgrade`` returned parameters that the stage does not have, or a stage owns other parameters
                although its revision is the same.
        """
        check_parameters(self.manifest, recipe, layout, self._owners)
        pieces, at = [], 0
        for path, foreign in _foreign_parts(recipe):
            entries = [entry for entry in layout.parameters if entry.name.startswith(f"{path}.")]
            stored = self.manifest.parameters.get(path)
            if path in self._owners:
                arrays = self.arrays.get(path, {})
                pieces += [self._flat(arrays, path, entry.name, entry.shape) for entry in entries]
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

    def _change(self, place: StagePlace, table: dict[str, Any]) -> dict[str, Any]:
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
        self._owners[place.part] = f"{entry.kind} {entry.name!r} of {entry.owner}"
        revision = {"revision": cls.revision} if cls.revision != 1 else {}
        return {"kind": table["kind"], **revision, **fields}

    def _flat(self, arrays: Mapping[str, np.ndarray], path: str, full_name: str, shape: tuple[int, ...]) -> np.ndarray:
        name = full_name.removeprefix(f"{path}.")
        array = np.asarray(arrays[name]) if name in arrays else None
        if array is None or array.shape != shape:
            got = "returned none of that name" if array is None else f"returned the shape {array.shape}"
            raise PluginError(f"{self._owners[path]}: upgrade() must return {name!r} of the shape {shape}, and {got}")
        return array.astype(np.float32).ravel()


def _foreign_parts(recipe: Recipe) -> Iterator[tuple[str, bool]]:
    """Yield the path of every part of a recipe, and whether it is or holds a stage of a third party."""
    for path, part in recipe.parts():
        yield path, any(not registry().entry(spec.role, spec.kind).built_in for spec in part.all())
