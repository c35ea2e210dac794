"""θ in a file: compared with its digest, and read from a separate file if it is stored there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from limner.errors import ArtworkError, MissingParametersError
from limner.formats import container
from limner.formats.manifest import Manifest, digest_of, theta_bytes
from limner.utils.resources import format_bytes
from limner.utils.shell import quote_path

if TYPE_CHECKING:
    from limner.composition.recipe import Recipe
    from limner.models.base import Model


def checked_theta(path: Path, manifest: Manifest, theta: np.ndarray) -> np.ndarray:
    """Return θ after comparing it with its digest; read it from ``NAME.limner`` if it is stored there.

    Raises:
        ArtworkError: θ is missing or damaged.
    """
    if theta.size == 0 and manifest.theta_size:
        if not manifest.theta_external:
            raise MissingParametersError(
                f"{path}: the parameters are missing, probably because another program re-saved the file; "
                f"{recreation(path, manifest)}"
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
        raise MissingParametersError(
            f"{path}: the parameters ({size}) are in {theta_path.name}, which is missing; copy it to the same folder"
        )
    return container.read_container(theta_path)[1]


def recreation(path: Path, manifest: Manifest) -> str:
    """Return how to get the parameters of a file back: draw them from the seed again, or train them again.

    Args:
        path: the file.
        manifest: its manifest.
    """
    name, seed = quote_path(path), manifest.recipe.get("seed", 0)
    intact = f"recipe and seed {seed if isinstance(seed, int) else 0} are intact"
    if "trainer" in manifest.recipe:
        return f"use the original file, or train again with: limner fit IMAGE --recipe {name} ({intact})"
    return f"re-create it with: limner paint {name} ({intact})"


def file_data(recipe: Recipe, model: Model, theta: np.ndarray) -> dict[str, np.ndarray]:
    """Return the parameters of an artwork that training cannot change, by the path of the stage.

    They may be what a stage once read from a file. Stages whose settings differ in the recipe are omitted.

    Args:
        recipe: the recipe to paint.
        model: the model of the artwork.
        theta: the parameters of the artwork.
    """
    tables = {path: part.table() for path, part in recipe.parts()}
    spans = model.layout.slices
    out = {}
    for path, part in model.recipe.parts():
        own = [entry for entry in model.layout.parameters if entry.name.startswith(f"{path}.")]
        if own and tables.get(path) == part.table() and not any(entry.trainable for entry in own):
            out[path] = np.concatenate([theta[spans[entry.name]] for entry in own])
    return out
