"""What is made of pictures: encoders of the image domain."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in filters; ``noise``, which needs no picture, is among the encoders."""
    registry.encoder("identity", "limner_plugins.filters.identity:IdentityFilter", summary="pictures as they are")
    registry.encoder("grayscale", "limner_plugins.filters.grayscale:Grayscale", summary="pictures without their hues")
    registry.encoder(
        "thresholds", "limner_plugins.filters.thresholds:Thresholds", summary="black or white, colour by colour"
    )
    registry.encoder("contours", "limner_plugins.filters.contours:Contours", summary="lines of equal brightness")
    registry.encoder("canny", "limner_plugins.filters.canny:Canny", summary="Canny's edges, one pixel wide")
    registry.encoder("edges", "limner_plugins.filters.edges:Edges", summary="how steep the brightness is")
    registry.encoder("posterize", "limner_plugins.filters.posterize:Posterize", summary="few levels a colour")
    registry.encoder("blur", "limner_plugins.filters.blur:Blur", summary="out of focus")
    registry.encoder("downscale", "limner_plugins.filters.downscale:Downscale", summary="small copies, to be enlarged")
    registry.encoder("mask", "limner_plugins.filters.mask:MaskFilter", summary="pictures with holes, to be filled")
    registry.encoder(
        "average",
        "limner_plugins.filters.average:Average",
        summary="another of the set: what all have in common",
    )
