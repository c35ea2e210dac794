"""Build the model of a recipe, and its initial θ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, overload

import numpy as np

from limner.composition.recipe import LayeredRecipe, Recipe, SingleRecipe
from limner.errors import LimnerError
from limner.models.base import NOTHING_STORED
from limner.models.field import FieldModel
from limner.models.image_to_image import ImageToImageModel
from limner.models.layered import LayeredModel
from limner.models.raster import RasterModel

if TYPE_CHECKING:
    from limner.models.base import Model
    from limner.stages.base import Domain


MODELS: dict[Domain, type[FieldModel]] = {"point": FieldModel, "code": RasterModel, "image": ImageToImageModel}


@overload
def model_of(recipe: SingleRecipe) -> FieldModel: ...


@overload
def model_of(recipe: Recipe) -> Model: ...


def model_of(recipe: Recipe) -> Model:
    """Return the model of a recipe.

    Raises:
        LimnerError: a layer of a blend converts images, so it cannot render a picture by itself.
    """
    if isinstance(recipe, SingleRecipe):
        return MODELS[recipe.domain](recipe)
    if isinstance(recipe, LayeredRecipe):
        layers = [model_of(layer) for layer in recipe.layers]
        if not all(layer.is_renderable for layer in layers):
            raise LimnerError(f"{recipe.title}: a layer converts pictures and has none of its own; blend other layers")
        return LayeredModel(recipe, layers)
    raise TypeError(f"no model for a recipe of type {type(recipe).__name__}")


@overload
def init_params(
    recipe: SingleRecipe, stored: Mapping[str, np.ndarray] = NOTHING_STORED
) -> tuple[FieldModel, np.ndarray]: ...


@overload
def init_params(recipe: Recipe, stored: Mapping[str, np.ndarray] = NOTHING_STORED) -> tuple[Model, np.ndarray]: ...


def init_params(recipe: Recipe, stored: Mapping[str, np.ndarray] = NOTHING_STORED) -> tuple[Model, np.ndarray]:
    """Return the model of a seeded recipe, with its structure resolved, and the initial θ.

    Args:
        recipe: the recipe.
        stored: parameters of stages that cannot be initialised, see ``Model.init_params``.

    Raises:
        LimnerError: a stage cannot be initialised.
    """
    model = model_of(model_of(recipe).resolved())
    return model, model.init_params(stored)
