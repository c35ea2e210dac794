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

    Of a movie, show its frames and what moves, too. If an artwork cannot be opened, because a package or its parameters
    are missing, show what its file records, and what is missing. Contact sheets are described, too.

    \b
    limner info night-7.png
    limner info loop.mp4
    limner info --json night-7.png | jq .recipe.network
    """
    from limner.artworks.diagrams.diagram import recipe_summary
    from limner.artworks.interpolation.codes import button_summary
    from limner.artworks.loader import open_artwork
    from limner.artworks.movies.movie import open_movie
    from limner.artworks.pixels.swatches import swatches_of
    from limner.cli._info.files import describe_other
    from limner.cli._info.movies import movie_lines, movie_record
    from limner.composition.conditioning import is_conditional
    from limner.imaging.colors.hexadecimal import hex_colors

    for path in options.artworks(art):
        try:
            movie = open_movie(path)
            artwork = movie.artwork if movie else open_artwork(path)
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
        record |= movie_record(movie) if movie else {}
        title = f"{'a movie of ' * bool(movie)}{printable(artwork.recipe.title)}"
        lines = [f"{printable(str(path))}: {title}", *pixels_lines(artwork.render_settings)]
        lines += movie_lines(movie) if movie else []
        print_result(record, "\n".join(lines + _describe(artwork, colors, buttons, network)), as_json=as_json)


def _describe(art: Artwork, colors: list[str], buttons: dict[str, Any], network: str) -> list[str]:
    """Return the lines about an artwork."""
    from limner.formats.manifest import MAX_PSNR

    layout, lines = art.model.layout, []
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
    return [*lines, packages_line(art.packages), "", "recipe:", "", art.recipe.to_toml()]
