"""An Archimedean spiral for limner."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Names and where they lead; nothing is imported until a recipe uses it."""
    registry.encoder("spiral", "limner_spiral.spiral:Spiral", summary="waves along an Archimedean spiral")
    registry.recipe("spiral", "limner_spiral:spiral.toml", summary="a galaxy of folds")
