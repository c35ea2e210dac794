"""Where the points of a picture lie."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in frames."""
    registry.frame(
        "centred",
        "limner_plugins.frames.centred:Centred",
        summary="the origin in the middle, the short side from -1 to 1, true to the aspect",
    )
    registry.frame(
        "corner",
        "limner_plugins.frames.corner:Corner",
        summary="x is the row and y the column, counted from the top left corner",
    )
    registry.frame(
        "raster", "limner_plugins.frames.raster:RasterFrame", summary="so many pixels, which a code gives all at once"
    )
