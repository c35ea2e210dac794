"""Augmentations: small random changes of pictures during training."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in augmentations."""
    registry.augment("flip", "limner_plugins.augments.flip:Flip", summary="random horizontal flips")
    registry.augment("crop", "limner_plugins.augments.crop:Crop", summary="random shifts and zooms")
    registry.augment("cutout", "limner_plugins.augments.cutout:Cutout", summary="random gray rectangles")
    registry.augment(
        "jitter",
        "limner_plugins.augments.jitter:Jitter",
        summary="random changes of brightness, contrast and saturation",
    )
