"""Signed distances from a contour of a raster, more exact than its pixels."""

from __future__ import annotations

from itertools import product

import numpy as np

BLUR = 1.0  # σ of the Gaussian blur, in pixels: makes the level change evenly across an edge


def contour_distance(levels: np.ndarray, threshold: float, step: tuple[float, float] = (1.0, 1.0)) -> np.ndarray:
    """Return the distance of each pixel from the contour at a level, negative where levels are above it, ``(h, w)``.

    Each pixel next to the contour locates it along the gradient, by one step of Newton's method; the others take the
    nearest of these points. So the distance follows the antialiasing of an edge, whereas a distance between
    whole pixels makes steps.

    Source: S. Gustavson and R. Strand, "Anti-aliased Euclidean distance transform", 2011.

    Args:
        levels: the raster, ``(h, w)``; it must have pixels on both sides of the threshold.
        threshold: the level of the contour.
        step: height and width of a pixel, in the unit of the distances.
    """
    from scipy import ndimage

    above = ndimage.gaussian_filter(np.asarray(levels, dtype=np.float64), BLUR, mode="nearest") - threshold
    inside = above >= 0
    beside = np.zeros_like(inside)
    for axis in (0, 1):
        first, second = (np.moveaxis(inside, axis, 0)[part] for part in (slice(-1), slice(1, None)))
        changes = first != second
        np.moveaxis(beside, axis, 0)[:-1] |= changes
        np.moveaxis(beside, axis, 0)[1:] |= changes
    slope = np.stack(np.gradient(above))
    shift = -slope * (above / np.maximum((slope * slope).sum(axis=0), 1e-12))
    shift /= np.maximum(1.0, np.sqrt((shift * shift).sum(axis=0)))  # the contour is less than a pixel away
    rows, columns = np.indices(above.shape, dtype=np.float32, sparse=True)
    down, right = (
        np.pad(np.where(beside, at + by, np.inf).astype(np.float32), 1, constant_values=np.inf).ravel()
        for at, by in zip((rows, columns), shift, strict=True)
    )
    nearest = ndimage.distance_transform_edt(~beside, sampling=step, return_distances=False, return_indices=True)
    wide = above.shape[1] + 2
    place = (nearest[0] + 1) * wide + nearest[1] + 1
    squares = np.full(above.shape, np.inf, dtype=np.float32)
    for row, column in product((-1, 0, 1), repeat=2):  # the nearest pixel need not have the nearest contour
        at = place + (row * wide + column)
        square = ((down.take(at) - rows) * step[0]) ** 2 + ((right.take(at) - columns) * step[1]) ** 2
        np.minimum(squares, square, out=squares)
    return np.asarray(np.where(inside, -1.0, 1.0) * np.sqrt(squares))
