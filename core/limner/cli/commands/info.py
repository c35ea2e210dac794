"""``limner info``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.console import options
from limner.console.output import print_result
from limner.errors import ArtworkError
from limner.utils.text import printable

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.formats.manifest import RenderSettings


def info(art: options.Artworks, as_json: options.Json = False) -> None:
    """Show the recipe, seed, size and parameters of an artwork.

    If an artwork needs a package that is not installed, show what its file records, and name the package.

    \b
    limner info night-7.png
    limner info --json night-7.png | jq .recipe.network
    """
    from limner.artworks.interpolation.codes import button_summary
    from limner.artworks.loader import open_artwork
    from limner.composition.conditioning import is_conditional

    for path in options.artworks(art):
        try:
            artwork = open_artwork(path)
        except ArtworkError:
            description = _describe_record(path)
            if description is None:
                raise
            print_result(*description, as_json=as_json)
            continue
        buttons = button_summary(artwork) if is_conditional(artwork.recipe) else {}
        record = {
            "path": str(path),
            "title": artwork.recipe.title,
            "seed": artwork.seed,
            "recipe": artwork.recipe.table(),
            "theta": {"size": int(artwork.theta.size), "learned": int(artwork.model.layout.trainable.sum())},
            "render_settings": artwork.render_settings.model_dump(mode="json") if artwork.render_settings else None,
            "packages": dict(artwork.packages),
        }
        if artwork.training:
            record["training"] = artwork.training.model_dump(mode="json")
        if buttons:
            record["buttons"] = buttons
        print_result(record, _describe(str(path), artwork, buttons), as_json=as_json)


def _describe_record(path: Path) -> tuple[dict[str, Any], str] | None:
    """Return the record and the text about a file that needs missing packages; None if it needs none.

    Only the form of the file's record is checked: missing stages cannot check their settings.
    """
    from limner.artworks.loader import read_record
    from limner.artworks.requirements import unmet
    from limner.composition.recipe import table_to_toml

    manifest = read_record(path)
    needs = unmet(manifest)
    if not needs:
        return None
    title, seed = str(manifest.recipe.get("title", "")), manifest.recipe.get("seed")
    settings = manifest.render_settings
    record = {
        "path": str(path),
        "title": title,
        "seed": seed,
        "recipe": json.loads(json.dumps(manifest.recipe)),  # with lists for tuples
        "theta": {"size": manifest.theta_size, "learned": None},
        "render_settings": settings.model_dump(mode="json") if settings else None,
        "packages": dict(manifest.packages),
        "needs": needs,
    }
    lines = [
        f"{printable(str(path))}: {printable(title)}",
        *_pixels_lines(settings),
        f"parameters: {manifest.theta_size:,}",
    ]
    lines += [_packages_line(manifest.packages), printable(needs)]
    try:
        toml = table_to_toml(record["recipe"])
        return record, "\n".join(lines) + "\n\nrecipe:\n\n" + "".join(map(_escaped, toml))
    except (TypeError, ValueError, RecursionError):  # values that no recipe can have
        return None


def _escaped(c: str) -> str:
    """Return a character of TOML, escaped if it could be part of a terminal's control sequence."""
    return c if c.isprintable() or c == "\n" else f"\\U{ord(c):08x}"


def _describe(path: str, art: Artwork, buttons: dict[str, Any]) -> str:
    from limner.formats.manifest import MAX_PSNR

    layout = art.model.layout
    lines = [f"{printable(path)}: {printable(art.recipe.title)}"]
    lines += _pixels_lines(art.render_settings)
    lines.append(f"parameters: {layout.size:,} ({int(layout.trainable.sum()):,} trainable)")
    if art.training:
        psnr = f"{art.training.psnr:.2f} dB" if art.training.psnr < MAX_PSNR else "exact"
        lines.append(f"fit: {psnr} after {art.training.steps:,} steps")
    if buttons:
        weights = zip(buttons["labels"], buttons["weights"], strict=True)
        labels = [f"{label}={weight:g}" if weight else label for label, weight in weights]
        lines.append("buttons: " + printable(", ".join(labels)))
    lines.append(_packages_line(art.packages))
    return "\n".join(lines) + "\n\nrecipe:\n\n" + art.recipe.to_toml()


def _pixels_lines(settings: RenderSettings | None) -> list[str]:
    """Return the line about a file's pixels, or no line if it has no pixels."""
    if settings is None:
        return []
    width, height = settings.region[2:]
    size = f"{width}x{height} pixels, {settings.bits} bits per channel"
    if settings.region != (0, 0, *settings.size):
        left, top = settings.region[:2]
        size += f", cut out at {left},{top} of {settings.size[0]}x{settings.size[1]}"
    return [size + (f", {settings.dpi:g} dpi" if settings.dpi else "")]


def _packages_line(packages: Mapping[str, str]) -> str:
    return "made with " + ", ".join(f"{name} {version}" for name, version in packages.items())
