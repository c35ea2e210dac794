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
