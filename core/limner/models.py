"""From a recipe to its model, and to θ."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from limner.chain import Chain
from limner.errors import LimnerError
from limner.layered import Layered
from limner.plate import Plate
from limner.recipe import LayeredRecipe, Recipe, SingleRecipe

if TYPE_CHECKING:
    from limner.model import Model


def model_of(recipe: Recipe) -> Model:
    """The model of a recipe.

    Raises:
        LimnerError: the recipe speaks a domain that cannot be painted.
    """
    if isinstance(recipe, LayeredRecipe):
        return Layered(recipe, [model_of(layer) for layer in recipe.layers])
    single = cast("SingleRecipe", recipe)
    if single.domain == "image":
        raise LimnerError("this recipe speaks images, and limner paints points and codes so far; add the encoder xy")
    return Plate(single) if single.domain == "code" else Chain(single)


def draw(recipe: Recipe) -> tuple[Model, np.ndarray]:
    """A seeded recipe's model, its structure settled, and θ at the start.

    Raises:
        LimnerError: a stage cannot be drawn.
    """
    model = model_of(model_of(recipe).settled())
    return model, model.draw()
