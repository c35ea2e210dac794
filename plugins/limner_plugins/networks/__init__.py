"""The built-in networks, which turn features into channels."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in networks."""
    registry.network(
        "mlp",
        "limner_plugins.networks.mlp:Mlp",
        summary="multilayer perceptron: dense layers, each with an activation",
    )
    registry.network(
        "cppn",
        "limner_plugins.networks.cppn:Cppn",
        summary="dense network whose units have different activations (CPPN)",
    )
    registry.network(
        "siren",
        "limner_plugins.networks.siren:Siren",
        summary="layers of sines, from calm waves to the finest detail (SIREN)",
    )
    registry.network(
        "residual",
        "limner_plugins.networks.residual:Residual",
        summary="residual blocks that each bend the picture a little",
    )
    registry.network(
        "identity", "limner_plugins.networks.identity:IdentityNetwork", summary="no network: each feature is a channel"
    )
    registry.network(
        "unet",
        "limner_plugins.networks.unet:Unet",
        summary="downsampling and upsampling levels with skip connections (U-Net), from pictures to pictures",
    )
    registry.network(
        "autoencoder",
        "limner_plugins.networks.autoencoder:Autoencoder",
        summary="encoder and decoder with a small code between them, from pictures to themselves",
    )
    registry.network(
        "upscaler",
        "limner_plugins.networks.upscaler:Upscaler",
        summary="residual blocks and upsampling, from small pictures to larger ones",
    )
    registry.network(
        "decoder",
        "limner_plugins.networks.decoder:Decoder",
        summary="upsampling levels from a small map, such as noise, to a picture",
    )
    registry.network(
        "patch-discriminator",
        "limner_plugins.networks.patch_discriminator:PatchDiscriminator",
        summary="scores of the patches of a picture together with its source, for the trainer adversarial",
    )
    registry.network(
        "image-discriminator",
        "limner_plugins.networks.image_discriminator:ImageDiscriminator",
        summary="score of a whole picture without a source, for the trainer adversarial",
    )
