"""Opening artworks from files. Nothing in a file is trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.artworks.artwork import Artwork
from limner.artworks.evolution import Upgrade, is_outdated
from limner.artworks.parameter_records import check_parameters
from limner.artworks.requirements import unmet
from limner.artworks.third_party import third_parties
from limner.composition.parser import parse
from limner.composition.stage_choice import register
from limner.errors import ArtworkError, ForeignError, LimnerError, PluginError, RecipeError
from limner.formats import container
from limner.formats.image_files import open_image
from limner.formats.manifest import Manifest, digest_of, read_manifest, theta_bytes
from limner.models.factory import model_of
from limner.registry.attribution import attributing
from limner.registry.registry import registry
from limner.utils.arguments import check_path
from limner.utils.paths import StrPath, exists
from limner.utils.resources import format_bytes

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
    return _assemble(path, *_read_contents(path))


def read_record(path: StrPath) -> Manifest:
    """Return the manifest of an artwork file, even if packages that the artwork needs are missing.

    Raises:
        ArtworkError: the file contains no artwork, or its manifest is damaged or forged.
        ForeignError: the file is a picture that limner did not make.
        LimnerError: the file cannot be read.
    """
    path = Path(path)
    return _manifest(path, _read_contents(path)[0])


def _read_contents(path: Path) -> tuple[str, np.ndarray]:
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
    if path.suffix.lower() == container.SUFFIX:
        return container.read_container(path)
    with open_image(path) as (file, image_format):
        embedded = image_format.read_embedded(file)
    if embedded is None:
        raise ForeignError(f"{path}: {_describe_foreign(path)}")
    if len(embedded.theta) % 4:
        raise ArtworkError(f"{path}: θ is truncated; the file is damaged or forged")
    return embedded.manifest, np.frombuffer(embedded.theta, "<f4")


def _describe_foreign(path: Path) -> str:
    """Return why a picture is not an artwork: it is a contact sheet that limner made, or another program made it."""
    from limner.figures.contact_sheet import read_sheet  # imported late: most files are artworks

    try:
        read_sheet(path)
    except LimnerError:
        return "not made by limner; the picture contains no recipe"
    return "this is a contact sheet, not an artwork; limner paint can pick pictures from it"


def _manifest(path: Path, text: str) -> Manifest:
    try:
        return read_manifest(text)
    except ArtworkError as error:
        raise ArtworkError(f"{path}: {error}") from error


def _assemble(path: Path, text: str, theta: np.ndarray) -> Artwork:
    """Return the artwork of a manifest (as JSON) and θ, after checking them and upgrading them if outdated.

    Raises:
        ArtworkError: manifest and θ do not match, or the artwork needs a package or class that is missing.
        PluginError: a third-party stage failed or changed.
    """
    manifest = _manifest(path, text)
    if is_outdated(manifest.recipe):
        recipe, theta = _upgrade(path, manifest, _checked_theta(path, manifest, theta))
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
        theta = _checked_theta(path, manifest, theta)
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


def _checked_theta(path: Path, manifest: Manifest, theta: np.ndarray) -> np.ndarray:
    """Return θ after comparing it with its digest; read it from ``NAME.limner`` if it is stored there.

    Raises:
        ArtworkError: θ is missing or damaged.
    """
    if theta.size == 0 and manifest.theta_size:
        if not manifest.theta_external:
            seed = manifest.recipe.get("seed", 0)
            raise ArtworkError(
                f"{path}: the parameters are missing, probably because another program re-saved the file; "
                f"use the original file (recipe and seed {seed if isinstance(seed, int) else 0} are intact)"
            )
        theta = _external_theta(path, manifest)
    if theta.size != manifest.theta_size:
        raise ArtworkError(
            f"{path}: θ has {theta.size} parameters, not {manifest.theta_size}; the file is damaged or forged"
        )
    if digest_of(theta_bytes(theta)) != manifest.theta_digest or not np.isfinite(theta).all():
        raise ArtworkError(f"{path}: θ does not match its digest; the file is damaged or forged")
    return theta


def _external_theta(path: Path, manifest: Manifest) -> np.ndarray:
    """Return θ from the file ``NAME.limner`` in the picture's folder.

    Raises:
        ArtworkError: the file is missing or damaged.
    """
    theta_path = path.with_suffix(container.SUFFIX)
    if not theta_path.exists():
        size = format_bytes(4 * manifest.theta_size)
        raise ArtworkError(
            f"{path}: the parameters ({size}) are in {theta_path.name}, which is missing; copy it to the same folder"
        )
    return container.read_container(theta_path)[1]
