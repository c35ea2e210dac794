"""How galleries look."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in themes; the first is what a gallery wears where none is asked for."""
    registry.theme("paper", "limner.gallery:templates", summary="pictures edge to edge on paper, or by night")
    registry.theme("salon", "limner_plugins.themes:salon", summary="framed and labelled, on a white or a green wall")
