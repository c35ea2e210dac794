"""The role ``detector``, and the detector that comes with limner."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Add the role, and register the built-in detector."""
    registry.add_role(
        "detector",
        "limner_apps.faces.detector:Detector",
        checks="limner_apps.faces.checks:CHECKS",
        template="limner_apps.faces:template",
    )
    registry.add(
        "detector",
        "cascade",
        "limner_apps.faces.detectors.cascade:Cascade",
        summary="a cascade of local binary patterns, with a second look at each candidate",
    )
