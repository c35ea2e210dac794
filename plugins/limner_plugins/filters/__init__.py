"""Filters: encoders that turn pictures into pictures."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in filters; ``noise``, which needs no picture, is registered with the encoders."""
    registry.encoder("identity", "limner_plugins.filters.identity:IdentityFilter", summary="unchanged pictures")
    registry.encoder("grayscale", "limner_plugins.filters.grayscale:Grayscale", summary="luma of pictures")
    registry.encoder(
        "thresholds",
        "limner_plugins.filters.thresholds:Thresholds",
        summary="black-and-white layers at several levels of each colour",
    )
    registry.encoder(
        "contours", "limner_plugins.filters.contours:Contours", summary="contour lines of equal brightness"
    )
    registry.encoder("canny", "limner_plugins.filters.canny:Canny", summary="Canny edges, one pixel wide")
    registry.encoder("edges", "limner_plugins.filters.edges:Edges", summary="gradient magnitude of the brightness")
    registry.encoder("posterize", "limner_plugins.filters.posterize:Posterize", summary="few levels per colour channel")
    registry.encoder("blur", "limner_plugins.filters.blur:Blur", summary="Gaussian blur")
    registry.encoder(
        "downscale",
        "limner_plugins.filters.downscale:Downscale",
        summary="downscaled copies, optionally enlarged again",
    )
    registry.encoder(
        "mask", "limner_plugins.filters.mask:MaskFilter", summary="pictures with random holes, for inpainting"
    )
    registry.encoder(
        "average",
        "limner_plugins.filters.average:Average",
        summary="another picture of the set, so that outputs become their average",
    )
