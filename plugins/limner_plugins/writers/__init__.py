"""File formats."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in writers."""
    registry.writer("png", "limner_plugins.writers.png:Png", summary="PNG, lossless, 8 or 16 bits")
    registry.writer("tiff", "limner_plugins.writers.tiff:Tiff", summary="TIFF, lossless, 8 or 16 bits, in tiles")
