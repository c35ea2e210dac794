"""What the network is told about a point."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in encoders."""
    registry.encoder("xy", "limner_plugins.encoders.xy:Xy", summary="the two coordinates")
    registry.encoder("radius", "limner_plugins.encoders.radius:Radius", summary="the distance from a centre")
    registry.encoder(
        "latent",
        "limner_plugins.encoders.latent:Latent",
        summary="numbers that are the same all over the picture, drawn from the seed or given",
    )
    registry.encoder("one-hot", "limner_plugins.encoders.one_hot:OneHot", summary="buttons, one of which is pressed")
