"""Recipes: found, read, and overridden."""

from limner.artworks.recipe_sources import find, swept
from limner.recipes.overrides import ROLES, parse_value, show_value
from limner.recipes.overrides import apply as apply_overrides
from limner.recipes.parser import parse
from limner.recipes.recipe import LISTS, LayeredRecipe, Recipe, SingleRecipe

__all__ = [
    "LISTS",
    "ROLES",
    "LayeredRecipe",
    "Recipe",
    "SingleRecipe",
    "apply_overrides",
    "find",
    "parse",
    "parse_value",
    "show_value",
    "swept",
]
