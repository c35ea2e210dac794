"""Descriptions of files that limner wrote and that cannot be opened: what is missing, movies, and sheets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.cli._info.lines import latent_walk_lines, packages_line, pixels_lines, plain_recipe, recipe_text
from limner.errors import ForeignError
from limner.utils.shell import quote_path
from limner.utils.text import printable

if TYPE_CHECKING:
    from limner.formats.manifest import Manifest
    from limner.formats.movie_record import MovieRecord

Description = tuple[dict[str, Any], str]
"""The record of a file for JSON, and its text."""


def describe_other(path: Path) -> Description | None:
    """Return the description of a file that is no complete artwork, or None if it is nothing that limner wrote.

    Only the form of what a file records is checked.

    Raises:
        LimnerError: the file may be a movie, but reading its format needs a library that is not installed.
    """
    from limner.artworks.loader import read_record
    from limner.cli._info.sheets import describe_example_grid, describe_sheet
    from limner.cli._info.states import describe_states
    from limner.figures.contact_sheet import read_sheet_record
    from limner.figures.example_grid import is_example_grid
    from limner.formats.movie_record import read_movie
    from limner.training.states import is_states

    if is_states(path):
        return describe_states(path)
    try:
        manifest = read_record(path)
    except ForeignError:
        if movie := read_movie(path):
            return _describe_movie(path, movie)
        if not path.is_file():
            return None
        if sheet := read_sheet_record(path):
            return describe_sheet(path, sheet)
        return describe_example_grid(path) if is_example_grid(path) else None
    return _describe_incomplete(path, manifest)


def _describe_incomplete(path: Path, manifest: Manifest) -> Description | None:
    """Return the description of an artwork file whose packages or parameters are missing; None for another fault."""
    from limner.artworks.files.parameters import recreation
    from limner.artworks.loader import open_artwork
    from limner.artworks.requirements import unmet
    from limner.errors import ArtworkError, MissingParametersError

    needs, missing = unmet(manifest), ""
    if not needs:
        try:
            open_artwork(path)
        except MissingParametersError:
            missing = f"the parameters are missing; {recreation(path, manifest)}"
        except ArtworkError:
            return None
        else:  # a movie whose playback is invalid
            return None
    title, settings = str(manifest.recipe.get("title", "")), manifest.render_settings
    record: dict[str, Any] = {
        "path": str(path),
        "title": title,
        "seed": manifest.recipe.get("seed"),
        "recipe": plain_recipe(manifest.recipe),
        "theta": {"size": manifest.theta_size, "learned": None},
        "render_settings": settings.model_dump(mode="json") if settings else None,
        "packages": dict(manifest.packages),
        "needs": needs or missing,
    }
    toml = recipe_text(record["recipe"])
    lines = [
        f"{printable(str(path))}: {printable(title)}",
        *pixels_lines(settings),
        f"parameters: {manifest.theta_size:,}",
        packages_line(manifest.packages),
        printable(needs or missing),
    ]
    return (record, "\n".join(lines) + toml) if toml else None


def _describe_movie(path: Path, movie: MovieRecord) -> Description:
    """Return the description of a movie."""
    title, seed, name = str(movie.recipe.get("title", "")), movie.recipe.get("seed"), quote_path(path)
    use = f"train it again with: limner fit IMAGE --recipe {name}"
    if not movie.trained:
        use = f"paint it with: limner paint {name}"
    record: dict[str, Any] = {
        "path": str(path),
        "movie": True,
        "title": title,
        "seed": seed,
        "recipe": plain_recipe(movie.recipe),
        "theta": None,
    }
    record |= {key: value for key, value in movie.details.items() if key in ("walk", "latent_walk")}
    lines = [
        f"{printable(str(path))}: a movie of {printable(title) or 'an artwork'}",
        *latent_walk_lines(movie.details.get("latent_walk")),
        f"parameters: none, so it cannot be rendered; {printable(use)}",
    ]
    return record, "\n".join(lines) + recipe_text(record["recipe"])
