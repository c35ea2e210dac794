"""The mask ``image``."""

from __future__ import annotations

from math import inf
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator, model_validator

from limner.plugin import (
    Array,
    Context,
    LimnerError,
    Parameter,
    ParameterLayout,
    Params,
    fixed,
    namespace,
    read_picture,
)
from limner_plugins.common.fields import Point
from limner_plugins.common.outlines.shapes import box
from limner_plugins.common.outlines.silhouettes import Area, area_of, margin, silhouette
from limner_plugins.common.pictures import fitted, storable_path
from limner_plugins.common.raster import sample
from limner_plugins.masks._outline import OutlineMask

PATH = "mask.path"


class ImageMask(OutlineMask):
    """The silhouette in another picture, such as its opaque area: it stays, and the rest is transparent.

    With ``edge = "sharp"``, the outline of the area is crisp at any size, and can have a border. With ``"soft"``, the
    opacity is the picture's own, gray levels included. The file is read once, when the artwork is created, and stored
    in θ, not trainable: the artwork opens without the file. All lengths are fractions of the painted picture's shorter
    side.
    """

    conditional_fields: ClassVar[tuple[tuple[Any, ...], ...]] = (
        *OutlineMask.conditional_fields,
        *((name, "edge", "sharp") for name in ("threshold", "softness", "border")),
    )

    path: str = Field(
        default="skimage:horse",
        min_length=1,
        max_length=4096,
        description="picture file, or skimage:NAME for one of scikit-image's samples",
    )
    area: Area = Field(
        default="auto",
        description="the area that stays: the opaque, the light or the dark one; auto: the opaque one, or in a picture "
        "without transparency the one that is not at its edges",
    )
    edge: Literal["sharp", "soft"] = Field(
        default="sharp", description="the outline at the threshold (sharp), or the levels of the picture (soft)"
    )
    threshold: float = Field(default=0.5, gt=0, le=1, description="level of the picture at the outline")
    fit: Literal["contain", "cover"] = Field(
        default="contain", description="fit the picture inside the painted one, with the border, or fill it and crop"
    )
    size: float = Field(default=1.0, gt=0, le=1000, description="size as a multiple of that of fit")
    centre: Point = Field(default=(0.0, 0.0), description="offset from the picture's centre, to the right and down")
    cells: int = Field(default=512, ge=8, le=2048, description="width and height of the raster stored in θ")

    @field_validator("path", mode="before")
    @classmethod
    def _storable(cls, path: Any) -> Any:
        return storable_path(path)

    @model_validator(mode="after")
    def _has_outline_for_border(self) -> ImageMask:
        if self.edge == "soft" and self.border:
            raise ValueError("border needs a sharp outline; set border to 0, or edge to sharp")
        return self

    @classmethod
    def examples(cls) -> tuple[ImageMask, ...]:
        """Return a sharp edge with a border, and soft edges that are cropped, on small rasters."""
        return (
            cls(cells=40, border=0.05, size=0.7, centre=(0.1, 0.0), softness=0.02),
            cls(path="skimage:coins", area="dark", edge="soft", fit="cover", cells=16, invert=True),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> None:  # noqa: ARG003
        """Return None: the user chooses the picture."""
        return

    def param_layout(self) -> ParameterLayout:
        """Return the layout of the raster and of the file's aspect ratio, without reading the file."""
        raster = (1, self.cells, self.cells)
        return ParameterLayout(
            (Parameter("raster", raster, trainable=False), Parameter("aspect", (1,), trainable=False))
        )

    def init_params(self, rng: np.random.Generator) -> dict[str, fixed]:  # noqa: ARG002
        """Return the distances from the outline, in units of the file's height, or its levels.

        Raises:
            LimnerError: the file is missing or damaged, or its area has no outline.
        """
        picture = read_picture(self.path, PATH)
        plane = area_of(picture, self.area)
        if self.edge == "sharp":
            raster = silhouette(plane, self.threshold, self.cells)
        else:
            raster = fitted(plane, (self.cells, self.cells), 0.0)
        if raster is None:
            extent = "fills the picture" if plane.max() >= self.threshold else "is empty"
            raise LimnerError(
                f"{PATH}: {self.path} has no outline: the area {extent}; use another picture, mask.area or "
                "mask.threshold"
            )
        return {"raster": fixed(raster[None, ...]), "aspect": fixed([picture.size[0] / picture.size[1]])}

    def extent(self) -> float:
        """Return the shorter side of the painted picture, if the file's picture fits inside."""
        return 1.0 if self.fit == "contain" else inf

    def forward(self, params: Params, xy: Array, rgb: Array, ctx: Context) -> Array:
        """Return the opacity of the points."""
        if self.edge == "sharp":
            return super().forward(params, xy, rgb, ctx)
        xp = namespace(xy)
        x, y, wide, high = self._placed(params, xy, ctx)
        level = xp.clip(self._sampled(params, x / wide, y / high, 0), 0.0, 1.0)
        within = box(x, y, wide / 2, high / 2) <= 0.0
        opacity = xp.where(within, level, xp.zeros_like(level))[None, :]
        return 1.0 - opacity if self.invert else opacity

    def distance(self, params: Params, xy: Array, ctx: Context) -> Array:
        """Return the distance from the outline; outside the file's picture, nothing is inside."""
        xp, pad = namespace(xy), margin(self.cells)
        x, y, wide, high = self._placed(params, xy, ctx)
        reach = 0.5 + pad / (self.cells - 2 * pad)  # half of the raster's sides, as a fraction of the picture's
        beyond = xp.maximum(box(x, y, reach * wide, reach * high), 0.0)
        from_area = self._sampled(params, x / wide, y / high, pad) * high + beyond
        return xp.maximum(box(x, y, wide / 2, high / 2), from_area)

    def _placed(self, params: Params, xy: Array, ctx: Context) -> tuple[Array, Array, Array, Array]:
        """Return x and y from the centre of the file's picture, ``(n,)`` each, and its width and height, ``(1,)``."""
        xp, b, aspect = namespace(xy), ctx.bounds, params["aspect"]
        wide, tall, zero = b.x1 - b.x0, b.y1 - b.y0, xp.zeros_like(aspect)
        if self.fit == "contain":
            high = self.size * xp.minimum(self.within(wide) / aspect, self.within(tall) + zero)
        else:
            high = self.size * xp.maximum(wide / aspect, tall + zero)
        return xy[0, :] - self.centre[0], xy[1, :] - self.centre[1], aspect * high, high

    def _sampled(self, params: Params, x: Array, y: Array, pad: int) -> Array:
        """Return the raster at points of the file's picture, which has ``pad`` cells around it."""
        xp, side = namespace(x), self.cells - 2 * pad
        columns, rows = (xp.clip((at + 0.5) * side + pad, 0.5, self.cells - 0.5) for at in (x, y))
        return sample(params["raster"], columns, rows, "bicubic")[0, :]
