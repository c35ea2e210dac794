"""The opaque, light or dark area of a picture, and its outline as a raster of signed distances."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from limner.plugin import LoadedImage
from limner_plugins.common.pictures import fitted, planes_of

Area: TypeAlias = Literal["auto", "opaque", "light", "dark"]

FINE = 2  # pixels compared with the threshold per cell of the raster, along each side
SMOOTHING = 0.7  # σ of the Gaussian blur that removes the steps of these pixels, in pixels
MIN_TRANSPARENT = 0.01  # fraction of a picture that is transparent, if its opacity is meant
MIDDLE = 0.5


def area_of(picture: LoadedImage, area: Area) -> np.ndarray:
    """Return how much of each pixel belongs to an area of a picture, ``(h, w)``, 0 to 1.

    Args:
        picture: the picture; transparent pixels count as white.
        area: the area; ``auto`` is the opaque one, or in a picture without transparency the light or the dark one,
            whichever has less of the border.
    """
    alpha, gray = picture.alpha, planes_of(picture, "gray")[0]
    if area == "auto" and alpha is not None and (alpha < MIDDLE).mean() >= MIN_TRANSPARENT:
        area = "opaque"
    elif area == "auto":
        border = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
        area = "dark" if np.median(border) >= MIDDLE else "light"
    if area == "opaque":
        return np.ones_like(gray) if alpha is None else alpha
    return gray if area == "light" else 1.0 - gray


def silhouette(plane: np.ndarray, threshold: float, cells: tuple[int, int]) -> np.ndarray | None:
    """Return the distances from the edge of the area above a threshold, negative inside, in units of the height.

    Args:
        plane: how much of each pixel belongs to the area, ``(h, w)``, 0 to 1.
        threshold: the level at the edge.
        cells: width and height of the raster.

    Returns:
        The raster ``(rows, columns)``; None if all of the picture is on one side of the threshold.
    """
    from scipy import ndimage

    columns, rows = cells
    inside = fitted(plane, (FINE * columns, FINE * rows), 0.0) >= threshold
    if inside.all() or not inside.any():
        return None
    step = (1.0 / inside.shape[0], plane.shape[1] / plane.shape[0] / inside.shape[1])
    half = min(step) / 2
    out, into = (ndimage.distance_transform_edt(area, sampling=step) for area in (~inside, inside))
    signed = ndimage.gaussian_filter(np.where(inside, half - into, out - half), SMOOTHING, mode="nearest")
    return np.asarray(signed.reshape(rows, FINE, columns, FINE).mean(axis=(1, 3)))
