"""Masks: outlines and pictures that make parts of a picture transparent."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in masks."""
    registry.mask(
        "shape", "limner_plugins.masks.shape:ShapeMask", summary="a circle, rounded square, heart or another shape"
    )
    registry.mask("text", "limner_plugins.masks.text:TextMask", summary="the letters of a text")
    registry.mask("image", "limner_plugins.masks.image:ImageMask", summary="the silhouette or opacity of a picture")
    registry.mask(
        "luminance",
        "limner_plugins.masks.luminance:LuminanceMask",
        summary="the dark or the light parts of the picture",
    )
