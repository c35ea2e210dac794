"""The opaque, light or dark area of a picture, and its outline as a raster of signed distances."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from limner.plugin import LoadedImage
from limner_plugins.common.outlines.contours import contour_distance
from limner_plugins.common.pictures import fitted, planes_of

Area: TypeAlias = Literal["auto", "opaque", "light", "dark"]

FINE = 2  # pixels compared with the threshold per cell of the raster, along each side
SMOOTHING = 0.7  # σ of the Gaussian blur that removes the steps of an enlarged picture, in its pixels
MIN_TRANSPARENT = 0.01  # fraction of a picture that is transparent, if its opacity is meant
MIDDLE = 0.5


def area_of(picture: LoadedImage, area: Area) -> np.ndarray:
    """Return how much of each pixel belongs to an area of a picture, ``(h, w)``, 0 to 1.

    Args:
        picture: the picture; transparent pixels count as white.
        area: the area; ``auto`` is the opaque one, or in a picture without transparency the light or the dark one,
            whichever has less of the picture's edges.
    """
    alpha, gray = picture.alpha, planes_of(picture, "gray")[0]
    if area == "auto" and alpha is not None and (alpha < MIDDLE).mean() >= MIN_TRANSPARENT:
        area = "opaque"
    elif area == "auto":
        edges = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
        area = "dark" if np.median(edges) >= MIDDLE else "light"
    if area == "opaque":
        return np.ones_like(gray) if alpha is None else alpha
    return gray if area == "light" else 1.0 - gray


def margin(cells: int) -> int:
    """Return the cells on each side of a raster that are outside the picture, for the distances around it."""
    return cells // 10


def silhouette(plane: np.ndarray, threshold: float, cells: int) -> np.ndarray | None:
    """Return the distances from the edge of the area above a threshold, negative inside, in units of the height.

    Args:
        plane: how much of each pixel belongs to the area, ``(h, w)``, 0 to 1; its outermost pixels continue outside.
        threshold: the level at the edge.
        cells: width and height of the raster, with the margin.

    Returns:
        The raster ``(cells, cells)``; None if all of the picture is on one side of the threshold.
    """
    from scipy import ndimage

    side = FINE * (cells - 2 * margin(cells))
    fine = fitted(plane, (side, side), 0.0)
    enlarged = [new / old if new > old else 0.0 for new, old in zip(fine.shape, plane.shape, strict=True)]
    fine = ndimage.gaussian_filter(fine, [SMOOTHING * scale for scale in enlarged], mode="nearest")
    if fine.min() >= threshold or fine.max() < threshold:
        return None
    step = (1.0 / side, plane.shape[1] / plane.shape[0] / side)
    signed = contour_distance(np.pad(fine, FINE * margin(cells), mode="edge"), threshold, step)
    return np.asarray(signed.reshape(cells, FINE, cells, FINE).mean(axis=(1, 3)))
