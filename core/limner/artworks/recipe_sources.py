"""The sources of recipes: presets, TOML files, artworks, tables and ``Recipe`` objects."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from limner.artworks.artwork import Artwork
from limner.artworks.loader import open_artwork, read_recipe
from limner.artworks.requirements import NOT_INSTALLED, package_state
from limner.composition import overrides
from limner.composition.parser import SWEEP_TABLE, parse, read_text, read_toml
from limner.composition.recipe import IMAGE_KEYS, Recipe
from limner.composition.stage_choice import Swap
from limner.composition.stage_tables import qualify_stages
from limner.errors import ForeignError, LimnerError, MissingParametersError, did_you_mean
from limner.registry.names import LOCAL, is_name, split_name
from limner.registry.registry import registry
from limner.utils.arguments import is_path
from limner.utils.paths import StrPath, exists

DEFAULT_RECIPE = "marbling"


def recipes() -> dict[str, str]:
    """Return the names of all presets, built-in and installed, each with its one-line summary.

        for name, summary in limner.recipes().items():
            print(f"{name}: {summary}")

    A name is qualified with its package, ``limner-foo/marbling``, if a built-in preset or another package's preset has
    the same name.
    """
    return {registry().shortest_name(entry): entry.summary for entry in registry().entries("recipe")}


def compose(
    recipe: StrPath | Artwork | Recipe | Mapping[str, Any],
    values: Mapping[str, Any] | None = None,
    swap: Swap | None = None,
) -> Recipe:
    """Return a recipe from any source, with stages swapped and settings applied.

    Args:
        recipe: the source, as in ``limner.paint``.
        values: settings by path, ``{"network.width": 64}``.
        swap: replacement stages by role.

    Raises:
        LimnerError: the recipe does not exist, or it or a setting is invalid.
    """
    table, source = find(recipe)
    return parse(overrides.apply(table, values, swap), registry(), source)


def find(recipe: StrPath | Artwork | Recipe | Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """Return a recipe's table, and the name of the recipe for messages.

    Raises:
        LimnerError: the recipe does not exist or cannot be read.
    """
    if isinstance(recipe, Artwork):
        recipe = recipe.recipe
    if isinstance(recipe, Recipe):
        return recipe.table(), recipe.title
    if isinstance(recipe, Mapping):
        return recipe, "recipe"
    if not is_path(recipe):
        raise LimnerError(
            f"`recipe`: must be a name, a path, a table, an Artwork or a Recipe, not {type(recipe).__name__}"
        )
    name = str(recipe)
    if not name.strip():
        raise LimnerError("the name of the recipe is empty; give the name of a preset or the path of a file")
    if registry().has("recipe", name):
        return _preset(name), name
    path = Path(recipe)
    if not exists(path):
        if "\n" in name:
            raise LimnerError("`recipe`: must be a name or a path; read TOML text with `limner.Recipe.from_toml`")
        raise LimnerError(f"unknown recipe or file {name[:80]!r}{_hint(name)}")
    if path.suffix.lower() == ".toml":
        return read_toml(read_text(path), name), name
    return read_recipe(path)[0], name


def read_sweep_table(recipe: StrPath) -> Mapping[str, Any]:
    """Return the table ``[sweep]`` of a preset or a TOML file; an empty table if it has none.

    Raises:
        LimnerError: the file cannot be read, or ``sweep`` is not a table.
    """
    name, path = str(recipe), Path(recipe)
    if registry().has("recipe", name):
        table = read_toml(registry().read_recipe(name), name)
    elif path.suffix.lower() == ".toml" and exists(path):
        table = read_toml(read_text(path), name)
    else:
        return {}
    sweep = table.get("sweep", {})
    if not isinstance(sweep, Mapping):
        raise LimnerError(f"{name}: sweep: must be a table, [sweep]")
    return sweep


def command_for(preset: str) -> str:
    """Return the command that a preset is for, by its keys: ``paint``, ``fit``, ``translate`` or ``sweep``.

    Empty if the preset of a plugin cannot be read.
    """
    try:
        table = read_toml(registry().read_recipe(preset), preset)
    except LimnerError:
        return ""
    if SWEEP_TABLE in table:
        return "sweep"
    if any(key in table for key in IMAGE_KEYS):
        return "translate"
    return "fit" if "trainer" in table else "paint"


def is_artwork(recipe: Any) -> bool:
    """Return whether a recipe comes from an artwork or its file, whose θ may be trained."""
    return source_artwork(recipe) is not None


def source_artwork(recipe: Any) -> Artwork | None:
    """Return the artwork that a recipe comes from, or None if it has another source, or a file without parameters."""
    if isinstance(recipe, Artwork):
        return recipe
    if not is_path(recipe) or not str(recipe).strip() or registry().has("recipe", str(recipe)):
        return None
    path = Path(recipe)
    if not exists(path) or path.suffix.lower() == ".toml":
        return None
    try:
        return open_artwork(path)
    except (ForeignError, MissingParametersError):
        read_recipe(path)  # it may have a recipe nevertheless; otherwise this raises the error
        return None


def _hint(name: str) -> str:
    """Return the end of the message about an unknown recipe: what the name may refer to, or similar names."""
    known = registry()
    if command := known.show_command(name):
        return f"; that is a stage, see: {command}"
    package, short = split_name(name)
    if is_name(package) and is_name(short) and package != LOCAL and not exists(Path(package)):
        state = package_state(package)
        near = get_close_matches(name, [one.qualified_name for one in known.entries("recipe") if not one.built_in], 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        if state == NOT_INSTALLED:
            return f"; {package} is {state}{hint}"
        name = short
        if state:
            return f"; it belongs to {package} ({state}){hint}"
    return did_you_mean(name, known.names("recipe")) + known.broken_note()


def _preset(name: str) -> dict[str, Any]:
    """Return the table of a preset; stages of the preset's own package have their qualified names."""
    table = read_toml(registry().read_recipe(name), name)
    owner = registry().entry("recipe", name)
    return table if owner.built_in else qualify_stages(table, owner.package)
