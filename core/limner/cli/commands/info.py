"""``limner info``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.console import options as o
from limner.console.output import printable, result
from limner.errors import ArtworkError

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.formats.manifest import RenderSettings


def info(art: o.Artworks, as_json: o.Json = False) -> None:
    """Tell what a picture is made of: its recipe, seed, size and θ.

    Of a picture that needs a package which is missing, it tells what the file says, and which package that is.

    \b
    limner info night-7.png
    limner info --json night-7.png | jq .recipe.network
    """
    from limner.artworks.interpolation.codes import button_summary
    from limner.artworks.loader import open_artwork
    from limner.composition.conditioning import is_conditional

    for path in o.artworks(art):
        try:
            artwork = open_artwork(path)
        except ArtworkError:
            told = _told_by_file(path)
            if told is None:
                raise
            result(*told, as_json=as_json)
            continue
        board = button_summary(artwork) if is_conditional(artwork.recipe) else {}
        record = {
            "path": str(path),
            "title": artwork.recipe.title,
            "seed": artwork.seed,
            "recipe": artwork.recipe.table(),
            "theta": {"size": int(artwork.theta.size), "learned": int(artwork.model.layout.trainable.sum())},
            "render_settings": artwork.render_settings.model_dump(mode="json") if artwork.render_settings else None,
            "packages": dict(artwork.packages),
        }
        if board:
            record["buttons"] = board
        result(record, _text(str(path), artwork, board), as_json=as_json)


def _told_by_file(path: Path) -> tuple[dict[str, Any], str] | None:
    """Return the record and the text about a file that needs what is missing; None if it needs nothing.

    Nothing but the form of the file's record is checked: stages that are missing cannot check their settings.
    """
    from limner.artworks.loader import read_record
    from limner.artworks.requirements import unmet
    from limner.composition.recipe import table_to_toml

    manifest = read_record(path)
    needs = unmet(manifest)
    if not needs:
        return None
    title, seed = str(manifest.recipe.get("title", "")), manifest.recipe.get("seed")
    shown = manifest.render_settings
    record = {
        "path": str(path),
        "title": title,
        "seed": seed,
        "recipe": json.loads(json.dumps(manifest.recipe)),  # with lists for tuples
        "theta": {"size": manifest.theta_size, "learned": None},
        "render_settings": shown.model_dump(mode="json") if shown else None,
        "packages": dict(manifest.packages),
        "needs": needs,
    }
    lines = [f"{printable(str(path))}: {printable(title)}", *_of_pixels(shown), f"θ: {manifest.theta_size} numbers"]
    lines += [_of_packages(manifest.packages), printable(needs)]
    try:
        toml = table_to_toml(record["recipe"])
        return record, "\n".join(lines) + "\n\n" + "".join(map(_escaped, toml))
    except (TypeError, ValueError, RecursionError):  # JSON that no recipe holds
        return None


def _escaped(c: str) -> str:
    """Return a character of TOML, escaped if a terminal might obey it."""
    return c if c.isprintable() or c == "\n" else f"\\U{ord(c):08x}"


def _text(path: str, art: Artwork, board: dict[str, Any]) -> str:
    layout = art.model.layout
    lines = [f"{printable(path)}: {printable(art.recipe.title)}"]
    lines += _of_pixels(art.render_settings)
    lines.append(f"θ: {layout.size} numbers, {int(layout.trainable.sum())} of them learned")
    if board:
        buttons = zip(board["labels"], board["weights"], strict=True)
        told = [f"{label}={weight:g}" if weight else label for label, weight in buttons]
        lines.append("buttons: " + printable(", ".join(told)))
    lines.append(_of_packages(art.packages))
    return "\n".join(lines) + "\n\n" + art.recipe.to_toml()


def _of_pixels(shown: RenderSettings | None) -> list[str]:
    """Return the line about a file's pixels, none if it has none."""
    if shown is None:
        return []
    width, height = shown.region[2:]
    size = f"{width}x{height} pixels, {shown.bits} bits a channel"
    if shown.region != (0, 0, *shown.size):
        left, top = shown.region[:2]
        size += f", from {left},{top} of {shown.size[0]}x{shown.size[1]}"
    return [size + (f", {shown.dpi:g} dpi" if shown.dpi else "")]


def _of_packages(packages: Mapping[str, str]) -> str:
    return "made with " + ", ".join(f"{name} {version}" for name, version in packages.items())
