"""What the network is told about a point."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in encoders."""
    registry.encoder("xy", "limner_plugins.encoders.coordinates.xy:Xy", summary="the two coordinates")
    registry.encoder(
        "radius", "limner_plugins.encoders.coordinates.radius:Radius", summary="the distance from a centre"
    )
    registry.encoder(
        "latent",
        "limner_plugins.encoders.codes.latent:Latent",
        summary="numbers that are the same all over the picture: drawn, given, or learned for each of several",
    )
    registry.encoder(
        "one-hot",
        "limner_plugins.encoders.codes.one_hot:OneHot",
        summary="buttons: a weight for each picture that is known",
    )
    registry.encoder(
        "index",
        "limner_plugins.encoders.codes.index:Index",
        summary="one number for all buttons, pictures along a line",
    )
    registry.encoder(
        "angle",
        "limner_plugins.encoders.coordinates.angle:Angle",
        summary="the direction from a centre, several times round",
    )
    registry.encoder(
        "triangle",
        "limner_plugins.encoders.coordinates.triangle:TriangleEncoder",
        summary="triangle waves of x and y: pleats",
    )
    registry.encoder(
        "parabola", "limner_plugins.encoders.coordinates.parabola:Parabola", summary="the height above a parabola"
    )
    registry.encoder(
        "sqrt",
        "limner_plugins.encoders.coordinates.sqrt:Sqrt",
        summary="square roots of the coordinates: seams along the axes",
    )
    registry.encoder(
        "waves",
        "limner_plugins.encoders.waves:Waves",
        summary="sine waves in several directions, or their quasicrystal",
    )
    registry.encoder(
        "fourier",
        "limner_plugins.encoders.fourier:Fourier",
        summary="Gaussian Fourier features: detail at a chosen scale",
    )
    registry.encoder(
        "grid",
        "limner_plugins.encoders.grid:GridEncoder",
        summary="learned numbers on several grids, dense or hashed: photographs within seconds",
    )
    registry.encoder(
        "noise",
        "limner_plugins.encoders.noise:NoiseEncoder",
        summary="fractal noise from the seed: clouds, cells, veins",
    )
    registry.encoder(
        "distance",
        "limner_plugins.encoders.distance:Distance",
        summary="the signed distance from a heart, a star, a ring or another shape",
    )
    registry.encoder("image", "limner_plugins.encoders.image:Image", summary="the pixels of a picture or a mask")
    registry.encoder(
        "text", "limner_plugins.encoders.text:Text", summary="words in any font, as distances from their letters"
    )
    registry.encoder(
        "time",
        "limner_plugins.encoders.codes.time:Time",
        summary="the moment of an animation, on a circle, so that loops close",
    )
