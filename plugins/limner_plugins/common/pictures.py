"""Pictures from files as rasters of numbers from 0 to 1."""

from __future__ import annotations

import os
from typing import Any, Literal, NamedTuple, TypeAlias
from urllib.parse import quote

import numpy as np

from limner.plugin import LoadedImage, read_picture

Channels: TypeAlias = Literal["gray", "rgb", "gray-alpha", "rgb-alpha", "alpha", "rgba"]
PLANES: dict[Channels, int] = {"gray": 1, "rgb": 3, "gray-alpha": 2, "rgb-alpha": 4, "alpha": 1, "rgba": 4}
MIN_VISIBLE_ALPHA = 1 / 512  # with an opacity below half a level of 255, the colour is invisible
REACH = 3.0
"""Pixels around visible areas that get their colour, so that interpolation does not mix in white."""


class ImageRaster(NamedTuple):
    """A picture resampled to a raster.

    Attributes:
        planes: the channels, ``(c, h, w)``, 0 to 1.
        aspect: width over height of the original picture.
    """

    planes: np.ndarray
    aspect: float


def storable_path(path: Any) -> Any:
    """Return a path that is not UTF-8, which no recipe can store, as ``file:`` and percent-encoded bytes."""
    raw = isinstance(path, str) and any("\ud800" <= c <= "\udfff" for c in path)
    return f"file:{quote(os.fsencode(path))}" if raw else path


def read_raster(
    name: str, channels: Channels, size: tuple[int, int], blur: float = 0.0, subject: str = "encoder.image.path"
) -> ImageRaster:
    """Return a picture, stretched to a width and height; transparent areas are white.

    Args:
        name: a file, or ``skimage:NAME`` for one of scikit-image's samples.
        channels: the channels to read; gray is the luma of ITU-R BT.601.
        size: width and height of the raster.
        blur: σ of a Gaussian blur, as a fraction of the shorter side.
        subject: the setting that names the picture, for messages.

    Raises:
        LimnerError: the file is missing, damaged, too large, or not a picture.
    """
    picture = read_picture(name, subject)
    if channels == "rgba":
        planes = _straight(picture, size, blur)
    else:
        planes = np.stack([fitted(plane, size, blur) for plane in planes_of(picture, channels)])
    return ImageRaster(planes, picture.size[0] / picture.size[1])


def planes_of(picture: LoadedImage, channels: Channels) -> list[np.ndarray]:
    """Return the channels of a picture over white, float32 ``(h, w)`` from 0 to 1."""
    colour = picture.over()
    alpha = np.ones_like(colour[0]) if picture.alpha is None else picture.alpha
    kinds = {"gray": [_luma(colour)], "rgb": list(_rgb(colour)), "alpha": [alpha]}
    return [plane for kind in channels.split("-") for plane in kinds[kind]]


def _straight(picture: LoadedImage, size: tuple[int, int], blur: float) -> np.ndarray:
    """Return red, green, blue and opacity, ``(4, h, w)``; colours are those of the visible parts alone.

    Resampling and blur weight colours by the opacity. Invisible pixels next to visible ones get the colour of the
    nearest of these, others are white.
    """
    colour = _rgb(picture.colour)
    if picture.alpha is None:
        return np.stack([fitted(plane, size, blur) for plane in (*colour, np.ones_like(colour[0]))])
    alpha = fitted(picture.alpha, size, blur)
    weighted = np.stack([fitted(plane * picture.alpha, size, blur) for plane in colour])
    visible = alpha > MIN_VISIBLE_ALPHA
    straight = np.divide(weighted, alpha, out=np.ones_like(weighted), where=visible).clip(0.0, 1.0)
    if visible.any():
        from scipy import ndimage

        distance, nearest = ndimage.distance_transform_edt(~visible, return_indices=True)
        near = distance <= REACH
        straight[:, near] = straight[:, nearest[0][near], nearest[1][near]]
    return np.concatenate([straight, alpha[None]])


def _rgb(colour: np.ndarray) -> np.ndarray:
    """Return gray or RGB planes as three planes."""
    return np.broadcast_to(colour, (3, *colour.shape[1:]))


def _luma(colour: np.ndarray) -> np.ndarray:
    """Return the luma of planes; that of RGB in whole levels of 255, as Pillow computes it."""
    if len(colour) == 1:
        return np.asarray(colour[0])
    from PIL import Image

    levels = (np.moveaxis(colour, 0, -1) * 255 + np.float32(0.5)).astype(np.uint8)
    return np.asarray(Image.fromarray(levels).convert("L"), dtype=np.float32) / 255


def fitted(plane: np.ndarray, size: tuple[int, int], blur: float) -> np.ndarray:
    """Return a channel at the raster's size; a channel of that size is returned unchanged."""
    from PIL import Image

    if plane.shape[::-1] != size:
        resized = Image.fromarray(plane).resize(size, Image.Resampling.LANCZOS)
        plane = np.clip(np.asarray(resized, dtype=np.float32), 0.0, 1.0)
    if not blur:
        return plane
    from scipy import ndimage

    return np.asarray(ndimage.gaussian_filter(plane, blur * min(size), mode="nearest"))
