"""File formats."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in writers."""
    registry.writer("png", "limner_plugins.image_formats.png:Png", summary="PNG, lossless, 8 or 16 bits")
    registry.writer("tiff", "limner_plugins.image_formats.tiff:Tiff", summary="TIFF, lossless, 8 or 16 bits, in tiles")
    registry.writer("webp", "limner_plugins.image_formats.webp:Webp", summary="WebP, lossless unless told otherwise")
    registry.writer("jpeg", "limner_plugins.image_formats.jpeg:Jpeg", summary="JPEG, lossy, no transparency")
    registry.writer(
        "avif", "limner_plugins.image_formats.avif:Avif", summary="AVIF, lossy and small, where Pillow has it"
    )
    registry.writer("svg", "limner_plugins.image_formats.svg:Svg", summary="SVG that holds a PNG, at its size in print")
    registry.writer("pdf", "limner_plugins.image_formats.pdf:Pdf", summary="PDF, one page at its size in print")
