"""What changes pictures a little, at random, while they are learned."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in augmentations."""
    registry.augment("flip", "limner_plugins.augments.flip:Flip", summary="left and right changed over, or not")
    registry.augment("crop", "limner_plugins.augments.crop:Crop", summary="shifted a little, or a part made larger")
    registry.augment("cutout", "limner_plugins.augments.cutout:Cutout", summary="a part of it gray")
    registry.augment(
        "jitter", "limner_plugins.augments.jitter:Jitter", summary="a little brighter, starker, more colourful, or less"
    )
