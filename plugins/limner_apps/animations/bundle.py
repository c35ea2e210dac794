"""Several artworks as one, which a movie can store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import limner
from limner.app.artworks import LayeredModel, packages_of
from limner.app.recipes import LayeredRecipe
from limner.plugin import LimnerError

if TYPE_CHECKING:
    from limner.app.artworks import Artwork

MAX_ARTWORKS = 64
"""The largest number of layers of a blend."""


def bundled(artworks: Sequence[Artwork]) -> Artwork:
    """Return artworks as the layers of a blend, which only stores them; a single one as itself.

    Raises:
        LimnerError: there are too many artworks.
    """
    check_number(artworks)
    return artworks[0] if len(artworks) == 1 else limner.blend(list(artworks))


def check_number(artworks: Sequence[Artwork]) -> None:
    """Check that a movie can store artworks.

    Raises:
        LimnerError: there are too many.
    """
    if len(artworks) > MAX_ARTWORKS:
        raise LimnerError(
            f"a movie stores at most {MAX_ARTWORKS} artworks, got {len(artworks)}; make several movies of them"
        )


def unbundled(artwork: Artwork, count: int) -> list[Artwork]:
    """Return the artworks that ``bundled`` has put together.

    Raises:
        LimnerError: the artwork has another number of layers.
    """
    return [artwork] if count == 1 else [*_layers(artwork, count)]


@lru_cache(maxsize=4)
def _layers(artwork: Artwork, count: int) -> tuple[Artwork, ...]:
    """Return the layers of a blend as artworks; they are kept, because each frame of a movie asks for them."""
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
    return tuple(out)
