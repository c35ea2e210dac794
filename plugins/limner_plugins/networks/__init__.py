"""From features to channels."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in networks."""
    registry.network(
        "mlp",
        "limner_plugins.networks.mlp:Mlp",
        summary="a multilayer perceptron: dense layers, an activation after each",
    )
    registry.network(
        "cppn", "limner_plugins.networks.cppn:Cppn", summary="each unit has an activation of its own, drawn from a set"
    )
    registry.network(
        "siren", "limner_plugins.networks.siren:Siren", summary="layers of sines, from calm waves to the finest detail"
    )
    registry.network(
        "residual", "limner_plugins.networks.residual:Residual", summary="blocks that each bend the picture a little"
    )
    registry.network("identity", "limner_plugins.networks.identity:Identity", summary="each feature is a channel")
