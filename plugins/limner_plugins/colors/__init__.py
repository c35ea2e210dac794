"""Colour modes: from the network's channels to RGB."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in colors."""
    registry.color("rgb", "limner_plugins.colors.rgb:Rgb", summary="red, green and blue")
    registry.color("cmyk", "limner_plugins.colors.cmyk:Cmyk", summary="cyan, magenta, yellow and black, mixed as inks")
    registry.color("hsl", "limner_plugins.colors.hsl:Hsl", summary="hue, saturation and lightness")
    registry.color("hsv", "limner_plugins.colors.hsv:Hsv", summary="hue, saturation and value")
    registry.color("gray", "limner_plugins.colors.gray:Gray", summary="one channel from black to white")
    registry.color("oklch", "limner_plugins.colors.oklch:Oklch", summary="perceptual lightness, chroma and hue (OKLCH)")
    registry.color(
        "oklab",
        "limner_plugins.colors.oklab:Oklab",
        summary="perceptual lightness, green to red and blue to yellow (OKLab)",
    )
    registry.color(
        "palette", "limner_plugins.colors.palette:PaletteColor", summary="gradient through the colours of a palette"
    )
    registry.color(
        "mixture",
        "limner_plugins.colors.mixture:Mixture",
        summary="mixture of the colours of a palette, a channel for each",
    )
    registry.color("duotone", "limner_plugins.colors.duotone:Duotone", summary="gradient from a dark to a light colour")
    registry.color("layers", "limner_plugins.colors.layers:Layers", summary="blend of two colour modes")
    registry.color(
        "recolor", "limner_plugins.colors.recolor:Recolor", summary="other colours by the lightness of a picture"
    )
