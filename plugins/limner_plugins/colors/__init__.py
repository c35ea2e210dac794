"""From channels to RGB."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in colors."""
    registry.color("rgb", "limner_plugins.colors.rgb:Rgb", summary="red, green, blue")
    registry.color("cmyk", "limner_plugins.colors.cmyk:Cmyk", summary="cyan, magenta, yellow and black, as ink")
    registry.color("hsl", "limner_plugins.colors.hsl:Hsl", summary="hue, saturation, lightness")
    registry.color("hsv", "limner_plugins.colors.hsv:Hsv", summary="hue, saturation, value")
    registry.color("gray", "limner_plugins.colors.gray:Gray", summary="one channel, black to white")
    registry.color("oklch", "limner_plugins.colors.oklch:Oklch", summary="lightness, chroma, hue, as the eye has them")
    registry.color("oklab", "limner_plugins.colors.oklab:Oklab", summary="lightness, green to red, blue to yellow")
    registry.color("palette", "limner_plugins.colors.palette:PaletteColor", summary="a gradient through a few colours")
    registry.color("duotone", "limner_plugins.colors.duotone:Duotone", summary="from a dark colour to a light one")
    registry.color("layers", "limner_plugins.colors.layers:Layers", summary="two colour modes, blended")
