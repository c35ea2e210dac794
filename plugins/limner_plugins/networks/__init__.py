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
    registry.network(
        "identity", "limner_plugins.networks.identity:IdentityNetwork", summary="each feature is a channel"
    )
    registry.network(
        "unet",
        "limner_plugins.networks.unet:Unet",
        summary="pictures to pictures: halved level by level, and doubled again beside what was there",
    )
    registry.network(
        "autoencoder",
        "limner_plugins.networks.autoencoder:Autoencoder",
        summary="pictures to themselves, through a narrow code",
    )
    registry.network("upscaler", "limner_plugins.networks.upscaler:Upscaler", summary="small pictures to larger ones")
    registry.network(
        "decoder", "limner_plugins.networks.decoder:Decoder", summary="a small map, of noise say, to a picture"
    )
    registry.network(
        "patch-discriminator",
        "limner_plugins.networks.patch_discriminator:PatchDiscriminator",
        summary="judges a picture beside its source, patch by patch: for the trainer adversarial",
    )
    registry.network(
        "image-discriminator",
        "limner_plugins.networks.image_discriminator:ImageDiscriminator",
        summary="judges a picture as a whole, without a source: for the trainer adversarial",
    )
