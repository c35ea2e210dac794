"""Opening artworks from files. Nothing in a file is trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.artworks.artwork import Artwork
from limner.artworks.evolution import Upgrade, is_outdated
from limner.artworks.files.contents import read_contents
from limner.artworks.files.parameter_records import check_parameters
from limner.artworks.files.parameters import checked_theta
from limner.artworks.requirements import unmet
from limner.artworks.third_party import third_parties
from limner.composition.parser import parse
from limner.composition.stage_choice import register
from limner.errors import ArtworkError, ForeignError, LimnerError, MissingParametersError, PluginError, RecipeError
from limner.formats.manifest import Manifest, read_manifest
from limner.formats.movie_record import read_movie
from limner.models.factory import model_of
from limner.registry.attribution import attributing
from limner.registry.registry import registry
from limner.utils.arguments import check_path
from limner.utils.paths import StrPath

if TYPE_CHECKING:
    from limner.arrays.parameters import ParameterLayout
    from limner.composition.recipe import Recipe
    from limner.stages.base import Stage


@attributing()
def open_artwork(path: StrPath, *, stages: Sequence[type[Stage]] = ()) -> Artwork:
    """Open an artwork from a file that limner wrote.

        art = limner.open("picture.png")
        pixels = art.render(size=(300, 200))

    Nothing in the file is trusted: its recipe can only name registered stages, and the length of θ must match the
    recipe.

    Args:
        path: a picture in any format that limner writes, or a ``.limner`` file.
        stages: stage classes that the artwork uses and that do not belong to an installed package, for example from
            your own script.

    Returns:
        The artwork. The pixels are not read.

    Raises:
        ForeignError: the file is a picture that limner did not make.
        ArtworkError: the file is not an artwork, is damaged or forged, or needs a package or class that is missing.
            ``ForeignError`` is a subclass.
        LimnerError: the file cannot be read.
    """
    path = check_path("path", path)
    for cls in stages:
        register(cls)
    return assemble(path, *read_contents(path))


def read_record(path: StrPath) -> Manifest:
    """Return the manifest of an artwork file, even if packages that the artwork needs are missing.

    Raises:
        ArtworkError: the file contains no artwork, or its manifest is damaged or forged.
        ForeignError: the file is a picture that limner did not make.
        LimnerError: the file cannot be read.
    """
    path = Path(path)
    return _manifest(path, read_contents(path)[0])


def read_recipe(path: StrPath) -> tuple[Mapping[str, Any], bool]:
    """Return the table of the recipe in a file, and whether the file has its parameters, too.

    Movies have none, and other programs may have removed those of a picture.

    Raises:
        ArtworkError: the file contains no recipe, or is damaged.
        LimnerError: the file cannot be read.
    """
    path = Path(path)
    try:
        return open_artwork(path).recipe.table(), True
    except MissingParametersError:
        manifest = _manifest(path, read_contents(path)[0])
        if needs := unmet(manifest):
            raise ArtworkError(f"{path}: {needs}") from None
        without_theta = manifest.model_copy(update={"parameters": {}})
        with _path_in_errors(path):
            return Upgrade(without_theta, np.empty(0, np.float32)).upgraded_table(), False
    except ForeignError:
        movie = read_movie(path)
        if movie is None:
            raise
        return movie.recipe, False


def _manifest(path: Path, text: str) -> Manifest:
    try:
        return read_manifest(text)
    except ArtworkError as error:
        raise ArtworkError(f"{path}: {error}") from error


def assemble(path: Path, text: str, theta: np.ndarray) -> Artwork:
    """Return the artwork of a manifest (as JSON) and θ, after checking them and upgrading them if outdated.

    Args:
        path: the file that they come from, for messages.
        text: the manifest as JSON.
        theta: the parameters, 1-D.

    Raises:
        ArtworkError: manifest and θ do not match, or the artwork needs a package or class that is missing.
        PluginError: a third-party stage failed or changed.
    """
    manifest = _manifest(path, text)
    if is_outdated(manifest.recipe):
        recipe, theta = _upgrade(path, manifest, checked_theta(path, manifest, theta))
    else:
        recipe, layout = _parse(path, manifest, manifest.recipe)
        with _path_in_errors(path):
            check_parameters(manifest, recipe, layout)
        if layout.size != manifest.theta_size:
            others = third_parties(manifest.packages)
            perhaps = f", or a stage of {others} has changed the size of its output" if others else ""
            raise ArtworkError(
                f"{path}: the recipe needs {layout.size} parameters, but the file declares {manifest.theta_size}; "
                f"the file is damaged or forged{perhaps}"
            )
        theta = checked_theta(path, manifest, theta)
    theta = theta.astype(np.float32, copy=True)
    theta.flags.writeable = False
    return Artwork(recipe, theta, manifest.packages, manifest.render_settings, manifest.training)


def _parse(path: Path, manifest: Manifest, table: Mapping[str, Any]) -> tuple[Recipe, ParameterLayout]:
    """Return the recipe in a table, and the layout of its θ.

    Raises:
        ArtworkError: the recipe is invalid, or needs a package or class that is missing.
    """
    try:
        recipe = parse(table, registry(), str(path))
        return recipe, model_of(recipe).layout
    except RecipeError as error:
        needs = unmet(manifest)
        others = third_parties(manifest.packages)
        note = f" (made with {others}, according to the file)" if others else ""
        raise ArtworkError(f"{path}: {needs}" if needs else f"{error}{note}") from error
    except LimnerError as error:
        raise ArtworkError(f"{path}: {error}") from error


def _upgrade(path: Path, manifest: Manifest, theta: np.ndarray) -> tuple[Recipe, np.ndarray]:
    """Return the recipe and θ, upgraded to the installed revisions of the stages.

    Raises:
        ArtworkError: recipe and θ do not match, or the artwork needs a package or class that is missing.
        PluginError: a stage's ``upgrade`` failed.
    """
    if needs := unmet(manifest):
        raise ArtworkError(f"{path}: {needs}")
    with _path_in_errors(path):
        upgrade = Upgrade(manifest, theta)
        table = upgrade.upgraded_table()
    recipe, layout = _parse(path, manifest, table)
    with _path_in_errors(path):
        return recipe, upgrade.upgraded_theta(recipe, layout)


@contextmanager
def _path_in_errors(path: Path) -> Iterator[None]:
    """Put the path in front of the message of any limner error raised in the block."""
    try:
        yield
    except LimnerError as error:
        error_class = PluginError if isinstance(error, PluginError) else ArtworkError
        raise error_class(f"{path}: {error}") from error
