"""The recipe of a sweep: its name, its tables, and the palette of all trials."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from limner.app import LimnerError
from limner.app.artworks import Artwork
from limner.app.recipes import Recipe, Swap, find, palette_overrides, read_sweep_table
from limner_apps.sweeps.config import SweepTable, parse_sweep_table

COLOR_PATHS = ("color", "color.kind", "color.name", "color.colors", "color.image")
"""The settings that a palette decides."""


def recipe_name(recipe: str | os.PathLike[str] | Recipe | Artwork) -> str:
    """Return the name of the recipe's file or preset, or its title as words joined by dashes."""
    if isinstance(recipe, Artwork):
        recipe = recipe.recipe
    if isinstance(recipe, Recipe):
        return "-".join(re.findall(r"\w+", recipe.title.lower()))[:80] or "recipe"
    return Path(recipe).stem


def read_recipe(recipe: str | os.PathLike[str] | Recipe | Artwork) -> tuple[dict[str, Any], SweepTable]:
    """Return the recipe's table, and its validated ``[sweep]`` table."""
    table, source = find(recipe)
    config = parse_sweep_table(read_sweep_table(recipe) if isinstance(recipe, str | os.PathLike) else {}, source)
    return {key: value for key, value in table.items() if key != "sweep"}, config


def with_palette(
    table: Mapping[str, Any], settings: dict[str, Any], swap: Swap, varied: Sequence[str], palette: Any, colors: Any
) -> tuple[dict[str, Any], Swap]:
    """Return the settings and swaps of all trials with those of the palette or the colours.

    Raises:
        LimnerError: an axis varies the colours too, or the palette is invalid.
    """
    axis = next((path for path in map(str.strip, varied) if path in COLOR_PATHS), "")
    if axis and (palette is not None or colors is not None):
        raise LimnerError(f"`{'colors' if palette is None else 'palette'}`: {axis} is also varied; omit one of them")
    return palette_overrides(table, settings, swap, palette=palette, colors=colors)
