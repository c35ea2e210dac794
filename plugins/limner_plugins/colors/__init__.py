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
