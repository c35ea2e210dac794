"""Read, override, validate and write recipes."""

import sys
from types import ModuleType

from limner.registry.catalogue import load_target


class _CallableModule(ModuleType):
    """Lets ``limner.recipes()`` list the recipes: importing this package rebinds the function of that name to it."""

    def __call__(self) -> dict[str, str]:
        """Return the names of all recipes, each with its summary."""
        listed: dict[str, str] = load_target("limner.artworks.recipe_sources:recipes")()
        return listed


sys.modules[__name__].__class__ = _CallableModule
