"""Several artworks as one, which a movie can store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import limner

if TYPE_CHECKING:
    from limner.app.artworks import Artwork


def bundled(artworks: Sequence[Artwork]) -> Artwork:
    """Return artworks as the layers of a blend; a single one as itself."""
    return artworks[0] if len(artworks) == 1 else limner.blend(list(artworks))


def unbundled(artwork: Artwork, count: int) -> list[Artwork]:
    """Return the artworks that ``bundled`` has put together.

    Raises:
        LimnerError: the artwork has another number of layers.
    """
    if count == 1:
        return [artwork]
    from dataclasses import replace

    from limner.app.artworks import LayeredModel, packages_of
    from limner.app.recipes import LayeredRecipe
    from limner.plugin import LimnerError

    model = artwork.model
    if not isinstance(model, LayeredModel) or not isinstance(artwork.recipe, LayeredRecipe):
        raise LimnerError("the movie contains a single artwork, not several")
    if len(model.layers) != count:
        raise LimnerError(f"the movie contains {len(model.layers)} artworks, not {count}")
    out, start = [], 0
    for layer, recipe in zip(model.layers, artwork.recipe.layers, strict=True):
        theta = artwork.theta[start : start + layer.layout.size]
        start += layer.layout.size
        out.append(replace(artwork, recipe=recipe, theta=theta, packages=packages_of(recipe), training=None))
    return out
