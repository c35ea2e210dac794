"""From a recipe to its model, and to θ."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np

from limner.composition.recipe import LayeredRecipe, Recipe, SingleRecipe
from limner.errors import LimnerError
from limner.models.field import Chain
from limner.models.image_to_image import Translator
from limner.models.layered import Layered
from limner.models.raster import Plate

if TYPE_CHECKING:
    from limner.models.base import Model
    from limner.stages.base import Domain


MODELS: dict[Domain, type[Chain]] = {"point": Chain, "code": Plate, "image": Translator}


@overload
def model_of(recipe: SingleRecipe) -> Chain: ...


@overload
def model_of(recipe: Recipe) -> Model: ...


def model_of(recipe: Recipe) -> Model:
    """Return the model of a recipe.

    Raises:
        LimnerError: a layer of a blend takes pictures to pictures: it has no picture of its own.
    """
    if isinstance(recipe, SingleRecipe):
        return MODELS[recipe.domain](recipe)
    if isinstance(recipe, LayeredRecipe):
        layers = [model_of(layer) for layer in recipe.layers]
        if not all(layer.paints for layer in layers):
            raise LimnerError(f"{recipe.title}: a layer takes pictures to pictures, and has none of its own to blend")
        return Layered(recipe, layers)
    raise TypeError(f"there is no model for a {type(recipe).__name__}")


@overload
def draw(recipe: SingleRecipe) -> tuple[Chain, np.ndarray]: ...


@overload
def draw(recipe: Recipe) -> tuple[Model, np.ndarray]: ...


def draw(recipe: Recipe) -> tuple[Model, np.ndarray]:
    """Return a seeded recipe's model, its structure settled, and θ at the start.

    Raises:
        LimnerError: a stage cannot be drawn.
    """
    model = model_of(model_of(recipe).settled())
    return model, model.draw()
