"""What moves the points before any encoder sees them."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in warps."""
    registry.warp("mirror", "limner_plugins.warps.mirror:Mirror", summary="folds the picture over one axis or both")
    registry.warp(
        "tile", "limner_plugins.warps.tile:Tile", summary="makes opposite edges match, so that the picture repeats"
    )
    registry.warp(
        "kaleidoscope",
        "limner_plugins.warps.kaleidoscope:Kaleidoscope",
        summary="two mirrors that meet: flowers and stars of any number of segments",
    )
    registry.warp(
        "polar",
        "limner_plugins.warps.polar:Polar",
        summary="bends the picture round a centre: tunnels, petals, spirals",
    )
    registry.warp("swirl", "limner_plugins.warps.swirl:Swirl", summary="stirs the picture round a point")
    registry.warp("fisheye", "limner_plugins.warps.fisheye:Fisheye", summary="a lens: barrel or pincushion distortion")
    registry.warp("affine", "limner_plugins.warps.affine:Affine", summary="scales, shears, turns and shifts")
    registry.warp(
        "noise", "limner_plugins.warps.noise:NoiseWarp", summary="domain warping: shakes points by smooth noise"
    )
    registry.warp(
        "wallpaper",
        "limner_plugins.warps.wallpaper:Wallpaper",
        summary="the symmetry of any of the 17 plane groups, without a seam",
    )
