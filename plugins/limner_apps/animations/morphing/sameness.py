"""Whether artworks have one recipe, so that there are artworks between them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from limner_apps.animations.morphing.settings import UnmixableError, mixed_recipe
from limner_apps.animations.previews import preview_size

if TYPE_CHECKING:
    from limner.app.artworks import Artwork

PREVIEW_SIDE = 48
"""The longer side of the renderings that are compared, in pixels."""
PREVIEW_TIME = 0.37


def have_one_recipe(start: Artwork, end: Artwork) -> bool:
    """Return whether the way from one artwork to the other leads through artworks of their recipe.

    They have the same stages and the same arrays in θ. Numbers and colours of their settings may differ, as may
    settings that do not change the picture, such as the name of a palette whose colours are in θ.
    """
    layouts = [[(one.name, one.shape) for one in artwork.model.layout.parameters] for artwork in (start, end)]
    if layouts[0] != layouts[1] or start.model.alpha != end.model.alpha:
        return False
    try:
        mixed_recipe(start.recipe, end.recipe, 0.5)
    except UnmixableError:
        return _is_painted_alike(start, end)
    return True


def _is_painted_alike(start: Artwork, end: Artwork) -> bool:
    """Return whether the settings of the first artwork that cannot be mixed paint the second one, too."""
    try:
        mixed_recipe(start.recipe, end.recipe, 0.5, strict=False)
        recipe = mixed_recipe(start.recipe, end.recipe, 1.0, strict=False)
    except UnmixableError:
        return False
    size = preview_size(end.size, PREVIEW_SIDE)
    one, two = (
        artwork.render(size, bits=16, time=PREVIEW_TIME, backend="numpy")
        for artwork in (end, replace(end, recipe=recipe))
    )
    return np.array_equal(one, two)
