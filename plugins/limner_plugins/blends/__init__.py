"""Blends: functions that combine several layers into one picture."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in blends."""
    registry.blend("mean", "limner_plugins.blends.mean:MeanBlend", summary="mean of all layers")
    registry.blend("max", "limner_plugins.blends.max:Max", summary="lightest value of all layers")
    registry.blend("min", "limner_plugins.blends.min:Min", summary="darkest value of all layers")
    registry.blend(
        "difference", "limner_plugins.blends.difference:Difference", summary="absolute difference of two layers"
    )
    registry.blend(
        "multiply", "limner_plugins.blends.multiply:Multiply", summary="product of two layers, as of transparencies"
    )
    registry.blend(
        "screen", "limner_plugins.blends.screen:Screen", summary="sum of the light of two layers, as of projectors"
    )
    registry.blend(
        "over", "limner_plugins.blends.over:Over", summary="each layer over those below, seen through its transparency"
    )
    registry.blend(
        "mask", "limner_plugins.blends.mask:MaskBlend", summary="mixture of two layers by the brightness of a third"
    )
