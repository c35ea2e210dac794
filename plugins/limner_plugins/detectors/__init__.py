"""Where the faces of a picture are."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in detectors."""
    registry.detector(
        "cascade",
        "limner_plugins.detectors.cascade:Cascade",
        summary="a cascade of local binary patterns, and a second look at what it finds",
    )
