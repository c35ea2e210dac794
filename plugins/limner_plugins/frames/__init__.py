"""Frames: the coordinates of the points of a picture."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in frames."""
    registry.frame(
        "centred",
        "limner_plugins.frames.centred:Centred",
        summary="coordinates with the origin at the centre, the short side from -1 to 1",
    )
    registry.frame(
        "corner",
        "limner_plugins.frames.corner:Corner",
        summary="coordinates from the top-left corner: x is the row, y the column",
    )
    registry.frame(
        "raster",
        "limner_plugins.frames.raster:RasterFrame",
        summary="raster of fixed size, for networks that output all pixels at once",
    )
