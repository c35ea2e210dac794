"""The role ``theme``, a folder of templates and styles, and the themes that come with limner."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Add the role, and register the built-in themes; the first one is the default."""
    registry.add_role(
        "theme",
        contents="folder",
        checks="limner_apps.galleries.checks:CHECKS",
        template="limner_apps.galleries:template",
    )
    registry.add(
        "theme", "paper", "limner_apps.galleries.themes:paper", summary="pictures edge to edge on a light or dark page"
    )
    registry.add(
        "theme",
        "salon",
        "limner_apps.galleries.themes:salon",
        summary="framed and labelled pictures on a white or green wall",
    )
