"""``limner info``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from limner.cli._info.lines import packages_line, pixels_lines
from limner.console import options
from limner.console.output import print_result
from limner.errors import ArtworkError
from limner.utils.text import printable

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork


MAX_COLORS = 24
"""The maximum number of colours that the text lists; JSON has all."""


def info(art: options.Artworks, as_json: options.Json = False) -> None:
    """Show the recipe, seed, size and parameters of an artwork.

    If an artwork cannot be opened, because a package or its parameters are missing, show what its file records, and
    what is missing. Movies and contact sheets are described, too.

    \b
    limner info night-7.png
    limner info --json night-7.png | jq .recipe.network
    """
    from limner.artworks.diagrams.diagram import recipe_summary
    from limner.artworks.interpolation.codes import button_summary
    from limner.artworks.loader import open_artwork
    from limner.artworks.pixels.swatches import swatches_of
    from limner.cli._info.files import describe_other
    from limner.composition.conditioning import is_conditional
    from limner.imaging.colors.hexadecimal import hex_colors

    for path in options.artworks(art):
        try:
            artwork = open_artwork(path)
        except ArtworkError:
            description = describe_other(path)
            if description is None:
                raise
            print_result(*description, as_json=as_json)
            continue
        colors = hex_colors(swatches_of(artwork.model, artwork.theta))
        network = recipe_summary(artwork.recipe)
        buttons = button_summary(artwork) if is_conditional(artwork.recipe) else {}
        record: dict[str, Any] = {
            "path": str(path),
            "title": artwork.recipe.title,
            "seed": artwork.seed,
            "recipe": artwork.recipe.table(),
            "network": network,
            "theta": {"size": int(artwork.theta.size), "learned": int(artwork.model.layout.trainable.sum())},
            "render_settings": artwork.render_settings.model_dump(mode="json") if artwork.render_settings else None,
            "packages": dict(artwork.packages),
        }
        if colors:
            record["colors"] = colors
        if artwork.training:
            record["training"] = artwork.training.model_dump(mode="json")
        if buttons:
            record["buttons"] = buttons
        print_result(record, _describe(str(path), artwork, colors, buttons, network), as_json=as_json)


def _describe(path: str, art: Artwork, colors: list[str], buttons: dict[str, Any], network: str) -> str:
    from limner.formats.manifest import MAX_PSNR

    layout = art.model.layout
    lines = [f"{printable(path)}: {printable(art.recipe.title)}"]
    lines += pixels_lines(art.render_settings)
    lines.append(f"network: {network}")
    lines.append(f"parameters: {layout.size:,} ({int(layout.trainable.sum()):,} trainable)")
    if colors:
        more = f" and {len(colors) - MAX_COLORS} more" if len(colors) > MAX_COLORS else ""
        lines.append(f"colours: {' '.join(colors[:MAX_COLORS])}{more}")
    if art.training:
        psnr = f"{art.training.psnr:.2f} dB" if art.training.psnr < MAX_PSNR else "exact"
        lines.append(f"fit: {psnr} after {art.training.steps:,} steps")
    if buttons:
        weights = zip(buttons["labels"], buttons["weights"], strict=True)
        labels = [f"{label}={weight:g}" if weight else label for label, weight in weights]
        lines.append("buttons: " + printable(", ".join(labels)))
    lines.append(packages_line(art.packages))
    return "\n".join(lines) + "\n\nrecipe:\n\n" + art.recipe.to_toml()
