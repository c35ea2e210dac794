"""The main colours of a picture: k clusters of its colours, each represented by its vivid part."""

from __future__ import annotations

import numpy as np

from limner.plugin import LimnerError, read_picture
from limner_plugins.common.oklab import from_srgb

SIDE = 96  # longer side of the copy that is clustered, in pixels
BIN = (0.05, 0.025, 0.025)  # width of the bins in L, a and b within which colours count as one
FLATNESS = 0.5  # a colour that covers a share p of the picture weighs p ** FLATNESS: small areas count, too
VIVID = 6.0  # ... times 1 + VIVID C: a vivid colour counts against dull ones
STRETCH = (1.0, 1.6, 1.6)  # weight of distances in L, a and b: shades of one hue are closer than two hues
ROUNDS = 30
EXTREMES = 8.0  # the darkest colour is a mean of its cluster with weights exp(-EXTREMES L), so it stays dark


def colours_of(name: str, count: int) -> np.ndarray:
    """Return the main colours of a picture, ``(count, 3)`` in OKLab, from the darkest to the lightest.

    The clusters are those of S. Lloyd's algorithm (1982) on the bins of a histogram, started from bins that are each
    large and far from the ones before. A plain mean of a cluster would be duller than its pixels, so vivid colours
    have more weight; of the darkest and the lightest cluster, the dark and the light ones. The result depends on the
    picture alone, not on the seed.

    Args:
        name: a file, or ``skimage:NAME`` for one of scikit-image's samples.
        count: number of colours.

    Raises:
        LimnerError: the file is missing or damaged, is not a picture, or has a single colour.
    """
    colours, shares = _histogram(from_srgb(_pixels(name)).T)
    if len(colours) < 2:
        raise LimnerError(f"{name}: the picture has a single colour, and a palette needs two; choose another picture")
    chroma = np.hypot(colours[:, 1], colours[:, 2])
    weights = shares**FLATNESS * (1.0 + VIVID * chroma)
    centres, nearest = _clusters(colours * STRETCH, weights, count)
    order = np.argsort(centres[:, 0], kind="stable")
    out = centres / STRETCH
    for k in range(count):
        own = nearest == k
        if not own.any():  # the picture has fewer colours
            continue
        light = colours[own, 0]
        emphasis = np.square(chroma[own] / max(chroma[own].max(), 1e-9) + 0.05)
        if k in (order[0], order[-1]):
            emphasis = np.exp(EXTREMES * (light.min() - light if k == order[0] else light - light.max()))
        out[k] = np.average(colours[own], axis=0, weights=weights[own] * emphasis)
    return out[np.argsort(out[:, 0], kind="stable")]


def _histogram(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean colour of each bin that has pixels, ``(bins, 3)``, and the share of the pixels in it."""
    _, bins, counts = np.unique(np.floor(pixels / BIN), axis=0, return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(bins.ravel(), channel) for channel in pixels.T], axis=1)
    return sums / counts[:, None], counts / len(pixels)


def _clusters(points: np.ndarray, weights: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the centres of weighted clusters, ``(count, 3)``, and the index of the cluster of each point."""
    centres = points[[weights.argmax()]]
    while len(centres) < count:
        centres = np.concatenate([centres, points[[(weights * _squares(points, centres).min(axis=1)).argmax()]]])
    for _ in range(ROUNDS):
        nearest = _squares(points, centres).argmin(axis=1)
        total = np.bincount(nearest, weights, count)
        sums = np.stack([np.bincount(nearest, weights * channel, count) for channel in points.T], axis=1)
        centres = np.where(total[:, None] > 0, sums / np.maximum(total, 1e-12)[:, None], centres)
    return centres, _squares(points, centres).argmin(axis=1)


def _squares(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the squared distance of each point from each centre, ``(points, centres)``."""
    squares: np.ndarray = ((points[:, None, :] - centres[None]) ** 2).sum(axis=2)
    return squares


def _pixels(name: str) -> np.ndarray:
    """Return the opaque pixels of a small copy, sRGB ``(3, n)`` from 0 to 1."""
    from PIL import Image

    picture = read_picture(name, "color.image")
    alpha = np.ones(picture.colour.shape[1:], dtype=np.float32) if picture.alpha is None else picture.alpha
    planes = np.stack([*np.broadcast_to(picture.colour, (3, *alpha.shape)), alpha], axis=-1)
    image = Image.fromarray((planes * 255 + np.float32(0.5)).astype(np.uint8))
    image.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    rgba = np.asarray(image, dtype=np.float64).reshape(-1, 4).T / 255
    opaque = rgba[3] > 0.5
    if not opaque.any():
        raise LimnerError(f"{name}: the picture is fully transparent; choose another picture")
    return rgba[:3, opaque]
