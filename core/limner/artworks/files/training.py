"""Whether the parameters of an artwork were trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from limner.artworks.files.parameters import file_data
from limner.models import factory

if TYPE_CHECKING:
    from limner.composition.recipe import Recipe
    from limner.models.base import Model


def has_trainer(recipe: Recipe) -> bool:
    """Return whether a recipe, or any layer of it, has a trainer."""
    return any(part.role == "trainer" for _, part in recipe.parts())


def are_trained(model: Model, theta: np.ndarray) -> bool:
    """Return whether a training changed the parameters of an artwork.

    An artwork with a trainer may also be painted: then its θ is the one that its seed draws.

    Args:
        model: the model of the artwork.
        theta: its parameters.

    Raises:
        LimnerError: the initial parameters cannot be drawn.
    """
    recipe = model.recipe
    if not model.is_renderable or not has_trainer(recipe):
        return False
    return not np.array_equal(factory.init_params(recipe, file_data(recipe, model, theta))[1], theta)
