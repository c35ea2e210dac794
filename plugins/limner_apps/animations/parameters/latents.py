"""The latent vectors of an artwork: where they are in θ, and where they can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from limner.app.values import child_rng
from limner.plugin import ConditioningEncoder, LimnerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from limner.app.artworks import Artwork

RANGE_DRAWS = 64
"""The number of random points that the range of a latent space is measured on."""


@dataclass(frozen=True)
class LatentVector:
    """A latent vector of an artwork, or several of the same space, one per picture.

    Attributes:
        path: the path of its encoder in the recipe.
        place: where it is in θ.
        shape: the shape of the parameter; the last axis is the vector.
        values: the current values, ``shape``, float64.
        encoder: the encoder.
        name: the name of the parameter within the encoder.
    """

    path: str
    place: slice
    shape: tuple[int, ...]
    values: np.ndarray
    encoder: ConditioningEncoder
    name: str

    def drawn(self, art: Artwork, rng: np.random.Generator) -> np.ndarray:
        """Return a random point of the latent space, ``shape``, float64."""
        params = art.model.layout.views(art.theta).part(self.path, self.encoder.param_layout())
        return np.asarray(self.encoder.draw_latent(params, rng)[self.name], dtype=np.float64).reshape(self.shape)

    def reach(self, art: Artwork) -> float:
        """Return half the range of the latent space: half the widest span of a number among random points."""
        rng = child_rng(0, "latent range", self.path)
        points = np.stack([self.drawn(art, rng) for _ in range(RANGE_DRAWS)])
        return float(np.ptp(points, axis=0).max()) / 2


def latents_of(art: Artwork) -> list[LatentVector]:
    """Return the latent vectors of an artwork that can move.

    Raises:
        LimnerError: it has none, or none of them has a range.
    """
    found = list(_latents(art))
    if not found:
        raise LimnerError(
            f"`motion` latent: {art.recipe.title} has no latent vector; use parameters, or paint a recipe with the "
            "encoder latent"
        )
    moving = [latent for latent in found if latent.reach(art) > 0]
    if not moving:
        raise LimnerError(
            f"`motion` latent: the latent vector of {art.recipe.title} has a spread of 0; paint it with a larger "
            "spread, or use parameters"
        )
    return moving


def _latents(art: Artwork) -> Iterator[LatentVector]:
    layout = art.model.layout
    for path, part in art.recipe.parts():
        stage = part.stage
        if not isinstance(stage, ConditioningEncoder):
            continue
        params = layout.views(art.theta).part(path, stage.param_layout())
        for name in stage.draw_latent(params, np.random.default_rng(0)):
            place = layout.slices[f"{path}.{name}"]
            shape = layout.shapes[f"{path}.{name}"]
            values = art.theta[place].astype(np.float64).reshape(shape)
            yield LatentVector(path, place, shape, values, stage, name)
