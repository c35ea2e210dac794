"""Find and read recipes, and override their settings."""

from limner.artworks.preflight.trained import check_replaceable
from limner.artworks.recipe_sources import find, read_sweep_table
from limner.composition.overrides import apply as apply_overrides
from limner.composition.overrides import find_field, settings_of, show_value, swaps_of
from limner.composition.palette_choice import PALETTE_MODE, palette_names, palette_overrides
from limner.composition.parser import parse
from limner.composition.recipe import LIST_KEYS, LayeredRecipe, Recipe, RecipeHeader, SingleRecipe
from limner.composition.setting_paths import ROLES
from limner.composition.stage_choice import Swap, as_table
from limner.composition.stage_tables import revision_change

__all__ = [
    "LIST_KEYS",
    "PALETTE_MODE",
    "ROLES",
    "LayeredRecipe",
    "Recipe",
    "RecipeHeader",
    "SingleRecipe",
    "Swap",
    "apply_overrides",
    "as_table",
    "check_replaceable",
    "find",
    "find_field",
    "palette_names",
    "palette_overrides",
    "parse",
    "read_sweep_table",
    "revision_change",
    "settings_of",
    "show_value",
    "swaps_of",
]
