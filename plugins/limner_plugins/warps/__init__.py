"""What moves the points before any encoder sees them."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in warps."""
    registry.warp("mirror", "limner_plugins.warps.mirror:Mirror", summary="folds the picture over one axis or both")
    registry.warp(
        "tile", "limner_plugins.warps.tile:Tile", summary="makes opposite edges match, so that the picture repeats"
    )
