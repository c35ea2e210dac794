"""Lines about a file that ``limner info`` prints."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from limner.utils.text import printable

if TYPE_CHECKING:
    from limner.formats.manifest import RenderSettings


def plain_recipe(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the unchecked table of a recipe as JSON can store it, with lists for tuples."""
    plain: dict[str, Any] = json.loads(json.dumps(table))
    return plain


def recipe_text(table: Mapping[str, Any]) -> str:
    """Return the unchecked table of a recipe as TOML under a heading; empty if it has values that no recipe can have.

    Characters that could be part of a terminal's control sequence are escaped.
    """
    from limner.composition.recipe import table_to_toml

    try:
        toml = table_to_toml(table)
    except (TypeError, ValueError, RecursionError):
        return ""
    return "\n\nrecipe:\n\n" + "".join(map(_escaped, toml))


def pixels_lines(settings: RenderSettings | None) -> list[str]:
    """Return the line about a file's pixels, or no line if it has no pixels."""
    if settings is None:
        return []
    width, height = settings.region[2:]
    size = f"{width}x{height} pixels, {settings.bits} bits per channel"
    if settings.region != (0, 0, *settings.size):
        left, top = settings.region[:2]
        size += f", cut out at {left},{top} of {settings.size[0]}x{settings.size[1]}"
    size += f", {settings.bleed} pixels of bleed" if settings.bleed else ""
    size += f", {settings.dpi:g} dpi" if settings.dpi else ""
    profile = settings.image_format.get("profile")  # from the file, and unchecked
    size += f", CMYK by {printable(str(profile))}" if profile else ""
    return [size + (f", over {settings.background}" if settings.background else "")]


def latent_walk_lines(settings: Any) -> list[str]:
    """Return the line about a movie's walk through the latent space; none without one. The settings are unchecked."""
    names = ("seconds", "fps", "points", "distance", "seed")
    table = settings if isinstance(settings, dict) else {}
    given = [f"{name} {table[name]:.10g}" for name in names if type(table.get(name)) in (int, float)]
    return ["latent walk: " + ", ".join(given)] if given else []


def packages_line(packages: Mapping[str, str]) -> str:
    return "made with " + ", ".join(f"{name} {version}" for name, version in packages.items())


def _escaped(c: str) -> str:
    return c if c.isprintable() or c == "\n" else f"\\U{ord(c):08x}"
