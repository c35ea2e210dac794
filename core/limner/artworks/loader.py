"""Opening: the artwork in a file. Nothing in the file is trusted."""

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
    """Return the artwork in a file that limner wrote.

        art = limner.open("picture.png")
        pixels = art.render(size=(300, 200))

    Nothing in the file is trusted: a recipe names registered stages only, and θ must have the length that its stages
    need.

    Args:
        path: a picture in any format that limner writes, or a ``.limner`` file.
        stages: classes that belong to no installed package, which the artwork was made with.

    Raises:
        ArtworkError: the file contains no artwork, or a damaged or forged one, or needs a plugin or a class that is
            missing.
        ForeignError: it is a picture that limner did not make.
        LimnerError: the file cannot be read.
    """
    path = check_path("path", path)
    for cls in stages:
        register(cls)
    return _assemble(path, *_read_contents(path))


def read_record(path: StrPath) -> Manifest:
    """Return what a file says of its artwork, whether or not the packages that it needs are installed.

    Raises:
        ArtworkError: the file contains no artwork, or a damaged or forged record.
        ForeignError: it is a picture that limner did not make.
        LimnerError: the file cannot be read.
    """
    path = Path(path)
    return _manifest(path, _read_contents(path)[0])


def _read_contents(path: Path) -> tuple[str, np.ndarray]:
    """Return the text of a file's manifest, and θ, which is empty if it lies beside the file or is lost.

    Raises:
        ArtworkError: the file contains no artwork, or a damaged or forged one.
        ForeignError: it is a picture that limner did not make.
        LimnerError: the file cannot be read.
    """
    if not exists(path) and (command := registry().show_command(str(path))):
        raise ArtworkError(f"{path}: there is no such file; {command} tells of what has that name")
    if path.suffix.lower() == container.SUFFIX:
        return container.read_container(path)
    with open_image(path) as (file, image_format):
        embedded = image_format.read_embedded(file)
    if embedded is None:
        raise ForeignError(f"{path}: is a picture, but not one that limner made; it holds no recipe")
    if len(embedded.theta) % 4:
        raise ArtworkError(f"{path}: its θ is cut off; the file is damaged or forged")
    return embedded.manifest, np.frombuffer(embedded.theta, "<f4")


def _manifest(path: Path, text: str) -> Manifest:
    try:
        return read_manifest(text)
    except ArtworkError as error:
        raise ArtworkError(f"{path}: {error}") from error


def _assemble(path: Path, text: str, theta: np.ndarray) -> Artwork:
    """Return the artwork of a manifest's text and θ, checked against each other and upgraded if it is older.

    Raises:
        ArtworkError: they do not belong together, or the artwork needs what is not installed.
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
                f"{path}: its recipe has {layout.size} numbers in θ, the file says {manifest.theta_size}; "
                f"it is damaged or forged{perhaps}"
            )
        theta = _checked_theta(path, manifest, theta)
    theta = theta.astype(np.float32, copy=True)
    theta.flags.writeable = False
    return Artwork(recipe, theta, manifest.packages, manifest.render_settings)


def _parse(path: Path, manifest: Manifest, table: Mapping[str, Any]) -> tuple[Recipe, ParameterLayout]:
    """Return the recipe in a table, and the layout of its θ.

    Raises:
        ArtworkError: it is wrong, or needs what is not installed.
    """
    try:
        recipe = parse(table, registry(), str(path))
        return recipe, model_of(recipe).layout
    except RecipeError as error:
        needs = unmet(manifest)
        others = third_parties(manifest.packages)
        aside = f" (it says that it was made with {others})" if others else ""
        raise ArtworkError(f"{path}: {needs}" if needs else f"{error}{aside}") from error
    except LimnerError as error:
        raise ArtworkError(f"{path}: {error}") from error


def _upgrade(path: Path, manifest: Manifest, theta: np.ndarray) -> tuple[Recipe, np.ndarray]:
    """Return the recipe and θ as the installed revisions of its stages have them.

    Raises:
        ArtworkError: they do not fit each other, or the artwork needs what is not installed.
        PluginError: a stage's ``upgrade`` fails.
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
    """Raise errors with the path in front."""
    try:
        yield
    except LimnerError as error:
        kind = PluginError if isinstance(error, PluginError) else ArtworkError
        raise kind(f"{path}: {error}") from error


def _checked_theta(path: Path, manifest: Manifest, theta: np.ndarray) -> np.ndarray:
    """Return θ, read from the file beside the picture if it is there, if it is what was written.

    Raises:
        ArtworkError: it is missing or damaged.
    """
    if theta.size == 0 and manifest.theta_size:
        if not manifest.theta_external:
            seed = manifest.recipe.get("seed", 0)
            raise ArtworkError(
                f"{path}: another program saved it again and dropped θ; paint it anew with "
                f"`limner.paint`, recipe and seed {seed if isinstance(seed, int) else 0} are still in it"
            )
        theta = _external_theta(path, manifest)
    if theta.size != manifest.theta_size:
        raise ArtworkError(
            f"{path}: θ has {theta.size} numbers, not {manifest.theta_size}; the file is damaged or forged"
        )
    if digest_of(theta_bytes(theta)) != manifest.theta_digest or not np.isfinite(theta).all():
        raise ArtworkError(f"{path}: θ is not what was written; the file is damaged or forged")
    return theta


def _external_theta(path: Path, manifest: Manifest) -> np.ndarray:
    beside = path.with_suffix(container.SUFFIX)
    if not beside.exists():
        size = format_bytes(4 * manifest.theta_size)
        raise ArtworkError(f"{path}: its θ ({size}) lies in {beside.name}, which is not beside it; bring it here")
    return container.read_container(beside)[1]
