"""The main colours of a picture: the centres of k clusters of its pixels."""

from __future__ import annotations

import numpy as np

from limner.plugin import LimnerError, read_picture
from limner_plugins.common.oklab import from_srgb

SIDE = 96  # longer side of the copy that is clustered, in pixels
ROUNDS = 40
VIVID = 8.0  # a pixel weighs 1 + VIVID C: so that a few vivid colours count against many dull ones


def colours_of(name: str, count: int) -> np.ndarray:
    """Return the main colours of a picture, ``(count, 3)`` in OKLab, from the darkest to the lightest.

    The clusters are those of S. Lloyd's algorithm (1982), started from points that are each as far as possible from the
    ones before. The result depends on the picture alone, not on the seed.

    Args:
        name: a file, or ``skimage:NAME`` for one of scikit-image's samples.
        count: number of colours.

    Raises:
        LimnerError: the file is missing or damaged, or is not a picture.
    """
    pixels = from_srgb(_pixels(name)).T
    weights = 1.0 + VIVID * np.hypot(pixels[:, 1], pixels[:, 2])
    centres = np.average(pixels, axis=0, weights=weights)[None]
    for _ in range(count):
        centres = np.concatenate([centres, pixels[_squares(pixels, centres).min(axis=1).argmax()][None]])
    centres = centres[1:]
    for _ in range(ROUNDS):
        nearest = _squares(pixels, centres).argmin(axis=1)
        total = np.bincount(nearest, weights, count)
        sums = np.stack([np.bincount(nearest, weights * channel, count) for channel in pixels.T], axis=1)
        centres = np.where(total[:, None] > 0, sums / np.maximum(total, 1e-12)[:, None], centres)
    return centres[np.argsort(centres[:, 0], kind="stable")]


def _squares(pixels: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the squared distance of each pixel from each centre, ``(pixels, centres)``."""
    squares: np.ndarray = ((pixels[:, None, :] - centres[None]) ** 2).sum(axis=2)
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
        raise LimnerError(f"{name}: the picture is fully transparent; choose another with color.image")
    return rgba[:3, opaque]
