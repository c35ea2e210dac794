"""Built-in image formats."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in image formats."""
    registry.image_format("png", "limner_plugins.image_formats.png:Png", summary="PNG, lossless, 8 or 16 bits")
    registry.image_format(
        "tiff", "limner_plugins.image_formats.tiff:Tiff", summary="TIFF, lossless, 8 or 16 bits, or CMYK"
    )
    registry.image_format("webp", "limner_plugins.image_formats.webp:Webp", summary="WebP, lossless by default")
    registry.image_format("jpeg", "limner_plugins.image_formats.jpeg:Jpeg", summary="JPEG, lossy, no transparency")
    registry.image_format(
        "avif", "limner_plugins.image_formats.avif:Avif", summary="AVIF, lossy and small, if Pillow supports it"
    )
    registry.image_format(
        "svg", "limner_plugins.image_formats.svg:Svg", summary="SVG with an embedded PNG, at its print size"
    )
    registry.image_format(
        "pdf", "limner_plugins.image_formats.pdf:Pdf", summary="PDF, a page at its print size, or a poster"
    )
