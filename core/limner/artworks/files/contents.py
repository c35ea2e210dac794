"""The manifest and θ in a file, and what a file is that has none."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from limner.errors import ArtworkError, ForeignError, LimnerError
from limner.formats import container
from limner.formats.image_files import open_image
from limner.formats.movie_record import MovieRecord, read_movie, unpack_theta
from limner.registry.registry import registry
from limner.utils.paths import described, exists
from limner.utils.shell import quote_path

STATES_FILE = "states.safetensors"
"""The name of the file in which a fit keeps its states."""


def read_contents(path: Path) -> tuple[str, np.ndarray]:
    """Return a file's manifest as JSON, and θ, which is empty if it is stored in a separate file or lost.

    Raises:
        ArtworkError: the file contains no artwork, or is damaged or forged.
        ForeignError: the file is a picture that limner did not make.
        LimnerError: the file cannot be read.
    """
    if not exists(path) and (command := registry().show_command(str(path))):
        raise ArtworkError(f"{path}: no such file; {command} describes what has that name")
    if not exists(path):
        raise ArtworkError(f"{path}: there is no such file")
    if not (path.is_file() or path.is_dir()):  # opening a FIFO would wait for another program
        raise ForeignError(f"{path}: is {described(path.stat().st_mode)}, not a file; copy its contents to a file")
    if path.suffix.lower() == container.SUFFIX:
        return container.read_container(path)
    try:
        if path.is_dir():
            raise ForeignError(f"{path}: is a folder, not an artwork")
        with open_image(path) as (file, image_format):
            embedded = image_format.read_embedded(file)
        if embedded is None:
            raise ForeignError(f"{path}: not made by limner; the picture contains no recipe")
    except ForeignError as error:
        movie = _read_movie(path)
        if movie and movie.artwork:
            return _movie_contents(path, movie)
        if description := _describe_movie_or_sheet(path, movie):
            raise ForeignError(f"{path}: {description}") from error
        raise
    if len(embedded.theta) % 4:
        raise ArtworkError(f"{path}: θ is truncated; the file is damaged or forged")
    return embedded.manifest, np.frombuffer(embedded.theta, "<f4")


def _read_movie(path: Path) -> MovieRecord | None:
    """Return the record in a movie that limner wrote, or None if the file is another one or damaged.

    Raises:
        ForeignError: the file may be a movie, but reading its format needs a library that is not installed.
    """
    try:
        return read_movie(path)
    except LimnerError as error:
        raise ForeignError(f"{path}: this may be a movie, but {error}") from error


def _movie_contents(path: Path, movie: MovieRecord) -> tuple[str, np.ndarray]:
    """Return the manifest of the artwork in a movie, and θ, which is empty if it is stored in a separate file.

    Raises:
        ArtworkError: θ is damaged or forged.
    """
    try:
        return movie.manifest(), unpack_theta(movie.theta) if movie.theta else np.empty(0, np.float32)
    except ArtworkError as error:
        raise ArtworkError(f"{path}: {error}") from error


def _describe_movie_or_sheet(path: Path, movie: MovieRecord | None) -> str:
    """Return that a file is a movie or a sheet that limner wrote, not an artwork; empty for a file of another kind."""
    from limner.figures.contact_sheet import read_sheet_record  # imported late: most files are artworks
    from limner.figures.example_grid import is_example_grid

    description = f"describe it with: limner info {quote_path(path)}"
    if movie:
        return f"this is a movie, which has a recipe but no parameters; {description}"
    if path.name == STATES_FILE or (path / STATES_FILE).is_file():
        return f"these are the states of a fit, not an artwork; film them with: limner animate {quote_path(path)}"
    if path.is_file() and read_sheet_record(path):
        return f"this is a contact sheet, not an artwork; {description}"
    if path.is_file() and is_example_grid(path):
        return f"this is a sheet of a training's examples, not an artwork; {description}"
    return ""
