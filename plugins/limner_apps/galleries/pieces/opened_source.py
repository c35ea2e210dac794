"""Opening the source files of pieces: artworks, and movies that contain a recipe."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from limner.app import ArtworkError, ForeignError, LimnerError, RecipeError
from limner.app.artworks import SUFFIX, Artwork, open_artwork, open_movie, read_movie
from limner.app.recipes import parse
from limner.app.registry import registry
from limner_apps.galleries.discover import video_formats
from limner_apps.galleries.local_paths import publishable, publishable_stage

if TYPE_CHECKING:
    from limner.app.artworks import Movie
    from limner.app.recipes import Recipe
    from limner.plugin import VideoFormat

BROWSER_SUFFIXES = (".png", ".webp", ".jpg", ".jpeg", ".avif", ".gif", ".apng", ".mp4", ".webm")
"""Suffixes that browsers display directly. SVG may contain scripts, so it is shown as pixels."""


@dataclass(frozen=True)
class OpenedSource:
    """A source file that was opened: an artwork, or a movie.

    Attributes:
        path: the file.
        recipe: the recipe to publish, without folders.
        renewed: whether the file contains folders, so that it must not be copied.
        art: the artwork with that recipe; None for a movie that has only a recipe.
        video_format: the format of a movie; None for an artwork.
        movie: the movie, with that recipe and without folders; None for an artwork, or for a movie without parameters.
    """

    path: Path
    recipe: Recipe
    renewed: bool
    art: Artwork | None = None
    video_format: VideoFormat | None = None
    movie: Movie | None = None

    @property
    def suffix(self) -> str:
        """The suffix of the file, in lower case."""
        return self.path.suffix.lower()


def open_source(path: Path) -> OpenedSource:
    """Open an artwork, or a movie with a recipe.

    Raises:
        LimnerError: the file was not made by limner, is damaged, or is shown with the picture of the same name.
    """
    if movie := open_movie(path):
        return _open_source_of(movie)
    try:
        art = open_artwork(path)
    except ArtworkError as error:
        original, video_format = _recipe_of_movie(path, error)
        recipe = publishable(original)
        return OpenedSource(path, recipe, recipe is not original, video_format=video_format)
    if path.suffix.lower() == SUFFIX and any(same_theta(path.with_suffix(end), art) for end in BROWSER_SUFFIXES):
        raise ForeignError(f"{path}: contains the parameters of the picture of the same name, and is shown with it")
    recipe = publishable(art.recipe)
    return OpenedSource(path, recipe, recipe is not art.recipe, replace(art, recipe=recipe))


def same_theta(path: Path, art: Artwork) -> bool:
    """Return whether another file contains the same θ."""
    try:
        return path.is_file() and np.array_equal(open_artwork(path).theta, art.theta)
    except LimnerError:
        return False


def _open_source_of(movie: Movie) -> OpenedSource:
    """Return the source of a movie that contains its artwork.

    Raises:
        ForeignError: the file is a frame of a movie, or has the suffix of a picture.
    """
    path, art = movie.path, movie.artwork
    recipe, playback = publishable(art.recipe), publishable_stage(movie.playback)
    renewed = recipe is not art.recipe or playback is not movie.playback
    clean = replace(movie, artwork=replace(art, recipe=recipe), playback=playback)
    for cls in video_formats():
        if path.suffix.lower() in cls.suffixes:
            return OpenedSource(path, recipe, renewed, clean.artwork, cls(), clean)
    raise ForeignError(f"{path}: is a frame of a movie; add the movie as a single file, such as an .mp4")


def _recipe_of_movie(path: Path, error: ArtworkError) -> tuple[Recipe, VideoFormat]:
    """Return the recipe in a movie without parameters, and its format.

    Raises:
        ArtworkError: the recipe is invalid; or ``error``, if the file is not a movie with a recipe.
    """
    record = read_movie(path)
    for cls in video_formats():
        if record and path.suffix.lower() in cls.suffixes:
            try:
                return parse(record.recipe, registry(), str(path)), cls()
            except RecipeError as invalid:
                raise ArtworkError(str(invalid)) from invalid
    raise error
