"""The encoder ``image``."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from pydantic import Field, field_validator

from limner.plugin import Array, Context, Encoder, Parameter, ParameterLayout, Params, Samples, fixed, namespace
from limner_plugins.common.fields import Point
from limner_plugins.common.pictures import PLANES, Channels, read_raster, storable_path
from limner_plugins.common.raster import Edge, Interpolation, sample


class Image(Encoder):
    """The pixels of a picture or mask, one feature per channel, from ``black`` to ``white``.

    The file is read once, when the artwork is created: resampled to ``width`` x ``height`` and blurred a little,
    because deep networks amplify grain. The raster and the file's aspect ratio are stored in θ, not trainable; the
    artwork opens without the file. ``fit`` places it on the painted picture in its aspect ratio; with a frame whose x
    is the row, such as ``corner``, it is transposed.

    EXIF orientation is applied, the first of several frames is used, and transparent areas are white, except that
    ``rgba`` keeps the colours of translucent ones.
    """

    path: str = Field(
        default="skimage:camera",
        min_length=1,
        max_length=4096,
        description="picture file, or skimage:NAME for one of scikit-image's samples: camera, astronaut, coffee, ...",
    )
    width: int = Field(default=256, ge=8, le=1024, description="width of the raster stored in θ, in pixels")
    height: int = Field(default=256, ge=8, le=1024, description="height of the raster stored in θ, in pixels")
    channels: Channels = Field(
        default="gray",
        description="channels of each pixel; rgb gives three features; rgba has the colours without white behind them",
    )
    blur: float = Field(
        default=0.01, ge=0, le=1, description="σ of a Gaussian blur, as a fraction of the raster's shorter side"
    )
    interpolation: Interpolation = Field(default="bicubic", description="interpolation between the raster's pixels")
    fit: Literal["cover", "contain", "stretch"] = Field(
        default="cover", description="fill the picture and crop, fit inside it, or stretch to fill it"
    )
    edge: Edge = Field(default="mirror", description="values outside the raster: its outermost pixels, or repetitions")
    zoom: float = Field(default=1.0, gt=0, le=1000, description="magnification beyond fit")
    centre: Point = Field(default=(0.0, 0.0), description="offset of its centre from the picture's, x and y")
    black: float = Field(default=-1.0, ge=-1000, le=1000, description="feature of a pixel of 0")
    white: float = Field(default=1.0, ge=-1000, le=1000, description="feature of a pixel of 1")

    @field_validator("path", mode="before")
    @classmethod
    def _storable(cls, path: Any) -> Any:
        return storable_path(path)

    @classmethod
    def examples(cls) -> tuple[Image, ...]:
        """Return every fit, edge and interpolation on small rasters."""
        return (
            cls(width=32, height=24),
            cls(path="skimage:coffee", width=16, height=16, channels="rgb", interpolation="bilinear", edge="clamp"),
            cls(path="skimage:logo", width=24, height=8, channels="gray-alpha", interpolation="nearest", fit="contain"),
            cls(width=8, height=8, fit="stretch", edge="repeat", zoom=0.4, centre=(0.1, 0.2), black=2.0, blur=0.1),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> None:  # noqa: ARG003
        """Return None: the user chooses the picture."""
        return

    def num_features(self) -> int:
        """Return 1 for each channel."""
        return PLANES[self.channels]

    def param_layout(self) -> ParameterLayout:
        """Return the layout of the pixels and of the file's aspect ratio, without reading the file."""
        raster = (PLANES[self.channels], self.height, self.width)
        return ParameterLayout(
            (Parameter("raster", raster, trainable=False), Parameter("aspect", (1,), trainable=False))
        )

    def init_params(self, rng: np.random.Generator) -> dict[str, fixed]:  # noqa: ARG002
        """Return the file's pixels.

        Raises:
            LimnerError: the file is missing, damaged, too large, or not a picture.
        """
        read = read_raster(self.path, self.channels, (self.width, self.height), self.blur)
        return {"raster": fixed(read.planes), "aspect": fixed([read.aspect])}

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:
        """Return the pixels under the points."""
        xp, b = namespace(samples.anchor), ctx.bounds
        wide, high = b.x1 - b.x0, b.y1 - b.y0
        x = (samples.anchor[0, :] - ((b.x0 + b.x1) / 2 + self.centre[0])) / (self.zoom * wide)
        y = (samples.anchor[1, :] - ((b.y0 + b.y1) / 2 + self.centre[1])) / (self.zoom * high)
        ratio = params["aspect"] * (high / wide)  # its width over the painted picture's, at equal heights
        if self.fit == "cover":
            x, y = x / xp.maximum(ratio, 1.0), y * xp.minimum(ratio, 1.0)
        elif self.fit == "contain":
            x, y = x / xp.minimum(ratio, 1.0), y * xp.maximum(ratio, 1.0)
        columns, rows = (x + 0.5) * self.width, (y + 0.5) * self.height
        pixels = sample(params["raster"], columns, rows, self.interpolation, self.edge)
        return self.black + (self.white - self.black) * pixels
