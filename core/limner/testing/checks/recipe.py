"""Checks of a registered recipe: it is valid, documented, survives a round trip, and renders."""

from __future__ import annotations

import numpy as np

from limner.composition.parser import parse, read_toml
from limner.composition.recipe import Recipe
from limner.errors import LimnerError
from limner.models.factory import model_of
from limner.models.image_to_image import ImageToImageModel
from limner.registry.registry import Registry
from limner.testing.checks.shared.common import require_written
from limner.testing.dependencies import needs
from limner.testing.rendering import render_recipe
from limner.testing.subject import require


def _parsed(registry: Registry, name: str) -> Recipe:
    try:
        return parse(read_toml(registry.read_recipe(name), name), registry, name)
    except LimnerError as error:
        problem = str(error).removeprefix(f"{name}: ")  # errors of a recipe begin with its name
        raise AssertionError(f"recipe {name!r}: {problem}") from error


def check_recipe(registry: Registry, name: str) -> None:
    """Require a valid recipe with a title and a summary."""
    recipe = _parsed(registry, name)
    require(recipe.title != "Untitled", f"recipe {name!r} has no title; write title = '...'")
    require(recipe.header.summary.strip(), f"recipe {name!r} has no summary; write summary = '...'")
    require_written(f"recipe {name!r}", "summary", recipe.header.summary, "a description such as 'a galaxy of folds'")


@needs("recipe")
def check_recipe_round_trip(registry: Registry, name: str) -> None:
    """Require that the completed recipe reads back from its own TOML unchanged."""
    recipe = _parsed(registry, name)
    again = parse(read_toml(recipe.to_toml(), name), registry, name)
    require(again == recipe, f"recipe {name!r} comes back from its own TOML changed; check the stages' fields")


@needs("recipe")
def check_recipe_renders(registry: Registry, name: str) -> None:
    """Require that the recipe renders a small picture, or converts one, with the same result twice."""
    recipe = _parsed(registry, name)
    try:
        picture = render_recipe(name, size=(12, 9), registry=registry)
        again = render_recipe(name, size=(12, 9), registry=registry)
    except LimnerError as error:
        raise AssertionError(f"recipe {name!r} does not render: {error}") from error
    model = model_of(recipe)
    width, height = model.output_size((12, 9)) if isinstance(model, ImageToImageModel) else (12, 9)
    require(
        picture.shape[:2] == (height, width),
        f"recipe {name!r} renders an array of shape {picture.shape} for {width}x{height} pixels",
    )
    require(np.array_equal(picture, again), f"recipe {name!r} renders two different pictures from one seed")


OF_RECIPE = (check_recipe, check_recipe_round_trip, check_recipe_renders)
