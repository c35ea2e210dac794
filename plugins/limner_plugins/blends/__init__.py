"""Several pictures into one."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in blends."""
    registry.blend("mean", "limner_plugins.blends.mean:MeanBlend", summary="the mean of all layers")
    registry.blend("max", "limner_plugins.blends.max:Max", summary="the lightest of all layers")
    registry.blend("min", "limner_plugins.blends.min:Min", summary="the darkest of all layers")
    registry.blend("difference", "limner_plugins.blends.difference:Difference", summary="how far two layers are apart")
    registry.blend("multiply", "limner_plugins.blends.multiply:Multiply", summary="two layers as transparencies")
    registry.blend("screen", "limner_plugins.blends.screen:Screen", summary="two layers as projections")
    registry.blend("mask", "limner_plugins.blends.mask:MaskBlend", summary="the third layer chooses between the others")
