"""Warps: maps that move the points before any encoder sees them."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in warps."""
    registry.warp("mirror", "limner_plugins.warps.mirror:Mirror", summary="reflection across one axis or both")
    registry.warp("tile", "limner_plugins.warps.tile:Tile", summary="seamless tiling: opposite edges match")
    registry.warp(
        "kaleidoscope",
        "limner_plugins.warps.kaleidoscope:Kaleidoscope",
        summary="mirror and rotation symmetry with any number of segments",
    )
    registry.warp(
        "polar",
        "limner_plugins.warps.polar:Polar",
        summary="polar coordinates: tunnels, petals, spirals",
    )
    registry.warp(
        "swirl", "limner_plugins.warps.swirl:Swirl", summary="rotation that fades with the distance from a point"
    )
    registry.warp("fisheye", "limner_plugins.warps.fisheye:Fisheye", summary="barrel or pincushion lens distortion")
    registry.warp("affine", "limner_plugins.warps.affine:Affine", summary="scaling, shearing, rotation and translation")
    registry.warp(
        "noise", "limner_plugins.warps.noise:NoiseWarp", summary="domain warping: displacement by smooth noise"
    )
    registry.warp(
        "wallpaper",
        "limner_plugins.warps.wallpaper:Wallpaper",
        summary="symmetry of one of the 17 wallpaper groups",
    )
    registry.warp(
        "droste",
        "limner_plugins.warps.droste:Droste",
        summary="a picture that contains itself, for zooms without an end",
    )
