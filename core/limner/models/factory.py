"""From a recipe to its model, and to θ."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from limner.errors import LimnerError
from limner.models.field import Chain
from limner.models.image_to_image import Translator
from limner.models.layered import Layered
from limner.models.raster import Plate
from limner.recipes.recipe import LayeredRecipe, Recipe, SingleRecipe

if TYPE_CHECKING:
    from limner.models.base import Model
    from limner.stages.base import Domain


MODELS: dict[Domain, type[Chain]] = {"point": Chain, "code": Plate, "image": Translator}


def model_of(recipe: Recipe) -> Model:
    """The model of a recipe.

    Raises:
        LimnerError: a layer of a blend takes pictures to pictures: it has no picture of its own.
    """
    if isinstance(recipe, LayeredRecipe):
        layers = [model_of(layer) for layer in recipe.layers]
        if not all(layer.paints for layer in layers):
            raise LimnerError(f"{recipe.title}: a layer takes pictures to pictures, and has none of its own to blend")
        return Layered(recipe, layers)
    single = cast("SingleRecipe", recipe)
    return MODELS[single.domain](single)


def draw(recipe: Recipe) -> tuple[Model, np.ndarray]:
    """A seeded recipe's model, its structure settled, and θ at the start.

    Raises:
        LimnerError: a stage cannot be drawn.
    """
    model = model_of(model_of(recipe).settled())
    return model, model.draw()
