"""Records of the parameters that third-party stages own: written into files, and compared when a file is opened."""

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
"""How many parameters a message names."""


def stored_parameters(model: Model) -> dict[str, StoredParameters]:
    """Return where θ holds the parameters of third-party stages, by the path of the part that owns them.

    Built-in stages are left out: limner itself knows what they own.
    """
    parts = {path: foreign for path, foreign in foreign_parts(model.recipe) if foreign}
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
    for path, foreign in foreign_parts(recipe):
        if not foreign or path in upgraded:
            continue
        stored = manifest.parameters.get(path)
        before = dict(stored.shapes) if stored else {}
        lead = f"{path}."
        now = {one.name.removeprefix(lead): one.shape for one in layout.parameters if one.name.startswith(lead)}
        if [*before.items()] != [*now.items()]:
            raise _changed_error(manifest, recipe, path, before, now)


def _changed_error(manifest: Manifest, recipe: Recipe, path: str, before: Shapes, now: Shapes) -> PluginError:
    """Return the error about a part whose parameters differ; it names the innermost stage of which that is true."""
    found: list[tuple[str, Entry]] = []

    def look(place: StageLocation, table: dict[str, Any]) -> dict[str, Any]:
        entry = registry().entry(place.role, str(table["kind"]))
        if place.part == path and not entry.built_in:
            found.append((f"{place.inside}." if place.inside else "", entry))
        return table

    rewrite_stages(recipe.table(), look)
    lead, entry = next(
        (one for one in reversed(found) if _with_prefix(one[0], before) != _with_prefix(one[0], now)), found[0]
    )
    made = manifest.packages.get(entry.package, entry.version)
    install = f", or install {entry.package} {made}" if made != entry.version else ""
    was, is_ = (_format_parameters(_with_prefix(lead, shapes)) for shapes in (before, now))
    return PluginError(
        f"{entry.owner}, {entry.role} {entry.name!r}: its parameters were {was} and are now {is_}; "
        f"raise its revision and write upgrade(){install}"
    )


def _with_prefix(lead: str, shapes: Shapes) -> list[tuple[str, tuple[int, ...]]]:
    """Return the names and shapes that a prefix leads, without it, in their order."""
    return [(name.removeprefix(lead), tuple(shape)) for name, shape in shapes.items() if name.startswith(lead)]


def _format_parameters(parameters: list[tuple[str, tuple[int, ...]]]) -> str:
    """Return parameters as a text: ``sines (4, 2), cosines (4, 2)``."""
    named = [f"{printable_key(name)} {shape}" for name, shape in parameters[:MAX_NAMED]]
    more = len(parameters) - len(named)
    return ", ".join(named + ([f"and {more} more"] if more else [])) or "none"


def foreign_parts(recipe: Recipe) -> Iterator[tuple[str, bool]]:
    """Yield the path of every part of a recipe, and whether it is or holds a stage of a third party."""
    for path, part in recipe.parts():
        yield path, any(not registry().entry(spec.role, spec.kind).built_in for spec in part.all())
