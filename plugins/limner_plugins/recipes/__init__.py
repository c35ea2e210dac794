"""Recipes that limner brings along."""

from limner.plugin import Registry, hookimpl

RECIPES = {
    "marbling": "paint folded over and over, as a marbler combs it",
    "screenprint": "a few inks in hard shapes",
    "ink": "contour lines in black and white",
    "rorschach": "marbling folded over both axes",
    "tilework": "a pattern that repeats without a seam",
    "random-art": "a random tanh network, as in the article that began it",
}


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in recipes; the first is what a bare ``limner paint`` paints."""
    for name, summary in RECIPES.items():
        registry.recipe(name, f"limner_plugins.recipes:{name}.toml", summary=summary)
