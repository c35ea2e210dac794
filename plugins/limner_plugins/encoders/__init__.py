"""Encoders: the features of a point that a network receives."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in encoders."""
    registry.encoder("xy", "limner_plugins.encoders.coordinates.xy:Xy", summary="the two coordinates of each point")
    registry.encoder("radius", "limner_plugins.encoders.coordinates.radius:Radius", summary="distance from a centre")
    registry.encoder(
        "latent",
        "limner_plugins.encoders.codes.latent:Latent",
        summary="latent vector, constant over a picture: drawn, given or trained",
    )
    registry.encoder(
        "one-hot",
        "limner_plugins.encoders.codes.one_hot:OneHot",
        summary="one feature per button: the conditioning weights",
    )
    registry.encoder(
        "index",
        "limner_plugins.encoders.codes.index:Index",
        summary="one number for all buttons: pictures along a line",
    )
    registry.encoder(
        "angle",
        "limner_plugins.encoders.coordinates.angle:Angle",
        summary="direction from a centre, as sines and cosines",
    )
    registry.encoder(
        "triangle",
        "limner_plugins.encoders.coordinates.triangle:TriangleEncoder",
        summary="triangle waves of x and y",
    )
    registry.encoder(
        "parabola", "limner_plugins.encoders.coordinates.parabola:Parabola", summary="height above a parabola"
    )
    registry.encoder(
        "sqrt",
        "limner_plugins.encoders.coordinates.sqrt:Sqrt",
        summary="square roots of the coordinates",
    )
    registry.encoder(
        "waves",
        "limner_plugins.encoders.waves:Waves",
        summary="plane sine waves in several directions, or their quasicrystal",
    )
    registry.encoder(
        "fourier",
        "limner_plugins.encoders.fourier:Fourier",
        summary="Gaussian Fourier features at a chosen scale",
    )
    registry.encoder(
        "grid",
        "limner_plugins.encoders.grid:GridEncoder",
        summary="trainable multiresolution grids of features, dense or hashed",
    )
    registry.encoder(
        "noise",
        "limner_plugins.encoders.noise:NoiseEncoder",
        summary="fractal noise from the seed: clouds, cells or veins",
    )
    registry.encoder(
        "distance",
        "limner_plugins.encoders.distance:Distance",
        summary="signed distance from a heart, star, ring or another shape",
    )
    registry.encoder("image", "limner_plugins.encoders.image:Image", summary="pixels of a picture or mask")
    registry.encoder("text", "limner_plugins.encoders.text:Text", summary="signed distance from the letters of a text")
    registry.encoder(
        "time",
        "limner_plugins.encoders.codes.time:Time",
        summary="time of an animation on a circle, for loops that close",
    )
