"""Records of the parameters of third-party stages: written to files, and compared when a file is opened."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from limner.composition.stage_tables import StageLocation, rewrite_stages
from limner.errors import PluginError
from limner.formats.manifest import StoredParameters
from limner.registry.registry import registry
from limner.utils.validation import printable_key

if TYPE_CHECKING:
    from limner.arrays.parameters import ParameterLayout
    from limner.composition.recipe import Recipe
    from limner.formats.manifest import Manifest
    from limner.models.base import Model
    from limner.registry.registration import Entry

Shapes: TypeAlias = Mapping[str, tuple[int, ...]]
"""The shapes of parameters by name, in the order of θ."""
MAX_NAMED = 8
"""The maximum number of parameters that a message names."""


def stored_parameters(model: Model) -> dict[str, StoredParameters]:
    """Return the locations of third-party stages' parameters in θ, by the path of the part that owns them.

    Built-in stages are omitted: limner itself knows their parameters.
    """
    parts = {path: foreign for path, foreign in foreign_parts(model.recipe) if foreign}
    records: dict[str, StoredParameters] = {}
    start = 0
    for entry in model.layout.parameters:
        part = next((path for path in parts if entry.name.startswith(f"{path}.")), None)
        if part is not None:
            record = records.setdefault(part, StoredParameters(start=start, shapes={}))
            record.shapes[entry.name.removeprefix(f"{part}.")] = entry.shape
        start += entry.size
    return records


def check_parameters(
    manifest: Manifest, recipe: Recipe, layout: ParameterLayout, upgraded: Collection[str] = ()
) -> None:
    """Raise an error if the parameters of a third-party stage have changed since a file was written.

    Args:
        manifest: the file's manifest.
        recipe: the file's recipe.
        layout: the layout of θ with the installed stages.
        upgraded: the paths of parts to skip, because ``upgrade`` converts their parameters.

    Raises:
        PluginError: names, shapes or order differ although the revision is the same.
    """
    if not manifest.parameters and layout.size == manifest.theta_size:
        return
    for path, foreign in foreign_parts(recipe):
        if not foreign or path in upgraded:
            continue
        stored = manifest.parameters.get(path)
        before = dict(stored.shapes) if stored else {}
        prefix = f"{path}."
        after = {one.name.removeprefix(prefix): one.shape for one in layout.parameters if one.name.startswith(prefix)}
        if [*before.items()] != [*after.items()]:
            raise _changed_error(manifest, recipe, path, before, after)


def _changed_error(manifest: Manifest, recipe: Recipe, path: str, before: Shapes, after: Shapes) -> PluginError:
    """Return the error about a part whose parameters changed; it names the innermost stage that changed."""
    stages: list[tuple[str, Entry]] = []

    def collect(place: StageLocation, table: dict[str, Any]) -> dict[str, Any]:
        entry = registry().entry(place.role, str(table["kind"]))
        if place.part == path and not entry.built_in:
            stages.append((f"{place.inside}." if place.inside else "", entry))
        return table

    rewrite_stages(recipe.table(), collect)
    changed = (one for one in reversed(stages) if _with_prefix(one[0], before) != _with_prefix(one[0], after))
    prefix, entry = next(changed, stages[0])
    wrote = manifest.packages.get(entry.package, entry.version)
    install = f", or install {entry.package} {wrote}" if wrote != entry.version else ""
    old, new = (_format_parameters(_with_prefix(prefix, shapes)) for shapes in (before, after))
    return PluginError(
        f"{entry.owner}, {entry.role} {entry.name!r}: its parameters were {old} and are now {new}; "
        f"increase its revision and write upgrade(){install}"
    )


def _with_prefix(prefix: str, shapes: Shapes) -> list[tuple[str, tuple[int, ...]]]:
    """Return the names and shapes that start with a prefix, in order, without the prefix."""
    return [(name.removeprefix(prefix), tuple(shape)) for name, shape in shapes.items() if name.startswith(prefix)]


def _format_parameters(parameters: list[tuple[str, tuple[int, ...]]]) -> str:
    """Return parameters as a text: ``sines (4, 2), cosines (4, 2)``."""
    named = [f"{printable_key(name)} {shape}" for name, shape in parameters[:MAX_NAMED]]
    more = len(parameters) - len(named)
    return ", ".join(named + ([f"and {more} more"] if more else [])) or "none"


def foreign_parts(recipe: Recipe) -> Iterator[tuple[str, bool]]:
    """Yield the path of every part of a recipe, and whether it is or contains a third-party stage."""
    for path, part in recipe.parts():
        yield path, any(not registry().entry(spec.role, spec.kind).built_in for spec in part.all())
