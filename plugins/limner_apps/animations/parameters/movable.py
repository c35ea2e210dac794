"""The parameters of an artwork that a motion may change, and how large they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from limner.plugin import LimnerError

if TYPE_CHECKING:
    from limner.app.artworks import Artwork
    from limner.plugin import Parameter


def movable_parameters(art: Artwork, motion: str) -> list[Parameter]:
    """Return the trainable parameters of an artwork's networks; those of its other stages if there are none.

    Without those that are 0 throughout, and without layers that have weights of their own for each pixel of a raster.

    Args:
        art: the artwork.
        motion: the name of the motion, for the message.

    Raises:
        LimnerError: there are none.
    """
    layout = art.model.layout
    networks = tuple(f"{path}." for path, spec in art.recipe.parts() if spec.role == "network")
    raster = art.model.raster_size
    pixels = raster[0] * raster[1] if raster else 0

    def moves(one: Parameter) -> bool:
        per_pixel = pixels and max(one.shape, default=0) >= pixels
        return one.trainable and not per_pixel and bool(np.any(art.theta[layout.slices[one.name]]))

    movable = [one for one in layout.parameters if moves(one)]
    if not movable:
        raise LimnerError(
            f"`motion` {motion}: {art.recipe.title} has no trainable parameters that can move; use zoom, orbit or, "
            "with several pictures, buttons"
        )
    return [one for one in movable if one.name.startswith(networks)] or movable


def parameter_sizes(art: Artwork, motion: str) -> np.ndarray:
    """Return for each number of θ the root mean square of its array, float64; 0 if it must not move.

    Args:
        art: the artwork.
        motion: the name of the motion, for the message.

    Raises:
        LimnerError: no number may move.
    """
    sizes, slices = np.zeros(art.theta.size), art.model.layout.slices
    for one in movable_parameters(art, motion):
        sizes[slices[one.name]] = root_mean_square(art.theta[slices[one.name]])
    return sizes


def root_mean_square(values: np.ndarray) -> float:
    """Return the size of an array: the root of the mean of its squares."""
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))
