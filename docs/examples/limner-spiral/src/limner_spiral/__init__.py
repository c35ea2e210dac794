"""An Archimedean spiral for limner."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register an encoder and a recipe; limner imports the encoder when a recipe uses it."""
    registry.encoder("spiral", "limner_spiral.spiral:Spiral", summary="waves along an Archimedean spiral")
    registry.recipe("spiral", "limner_spiral:spiral.toml", summary="a galaxy of folds")
