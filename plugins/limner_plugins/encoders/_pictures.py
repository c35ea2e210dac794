"""Pictures from files as rasters of numbers from 0 to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from limner.plugin import deep_gray, open_picture

if TYPE_CHECKING:
    from PIL.Image import Image

Channels: TypeAlias = Literal["gray", "rgb", "gray-alpha", "rgb-alpha", "alpha"]
PLANES: dict[Channels, int] = {"gray": 1, "rgb": 3, "gray-alpha": 2, "rgb-alpha": 4, "alpha": 1}


class ImageRaster(NamedTuple):
    """A picture resampled to a raster.

    Attributes:
        planes: the channels, ``(c, h, w)``, 0 to 1.
        aspect: width over height of the original picture.
    """

    planes: np.ndarray
    aspect: float


def read_raster(name: str, channels: Channels, size: tuple[int, int], blur: float = 0.0) -> ImageRaster:
    """Return a picture, stretched to a width and height; transparent areas are white.

    Args:
        name: a file, or ``skimage:NAME`` for one of scikit-image's samples.
        channels: the channels to read; gray is the luma of ITU-R BT.601.
        size: width and height of the raster.
        blur: σ of a Gaussian blur, as a fraction of the shorter side.

    Raises:
        LimnerError: the file is missing, damaged, too large, or not a picture.
    """
    image = open_picture(name, "encoder.image.path")
    planes = [_fitted(plane, size, blur) for plane in _planes(image, channels, name)]
    return ImageRaster(np.stack(planes), image.width / image.height)


def _planes(image: Image, channels: Channels, name: str) -> list[np.ndarray]:
    """Return the channels of a decoded picture, float32 ``(h, w)`` from 0 to 1."""
    from PIL import Image

    if image.mode.startswith(("I", "F")):
        gray, alpha = deep_gray(image, name), None
        colour = [gray, gray, gray]
    else:
        clear = image.has_transparency_data
        flat = image.convert("RGBA" if clear else "RGB")
        alpha = _shares(flat.getchannel("A")) if clear else None
        if clear:
            flat = Image.alpha_composite(Image.new("RGBA", flat.size, "white"), flat).convert("RGB")
        gray = _shares(flat.convert("L"))
        colour = [_shares(flat.getchannel(c)) for c in "RGB"] if channels.startswith("rgb") else []
    kinds = {"gray": [gray], "rgb": colour, "alpha": [np.ones_like(gray) if alpha is None else alpha]}
    return [plane for kind in channels.split("-") for plane in kinds[kind]]


def _shares(plane: Image) -> np.ndarray:
    return np.asarray(plane, dtype=np.float32) / 255


def _fitted(plane: np.ndarray, size: tuple[int, int], blur: float) -> np.ndarray:
    """Return a channel at the raster's size; a channel of that size is returned unchanged."""
    from PIL import Image

    if plane.shape[::-1] != size:
        resized = Image.fromarray(plane).resize(size, Image.Resampling.LANCZOS)
        plane = np.clip(np.asarray(resized, dtype=np.float32), 0.0, 1.0)
    if not blur:
        return plane
    from scipy import ndimage

    return np.asarray(ndimage.gaussian_filter(plane, blur * min(size), mode="nearest"))
