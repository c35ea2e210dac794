"""The colours of a picture: the middles of k clusters of its pixels."""

from __future__ import annotations

import numpy as np

from limner.plugin import LimnerError, open_picture
from limner_plugins.common.oklab import from_srgb

SIDE = 96  # pixels of the longer side that is looked at
ROUNDS = 40
VIVID = 8.0  # a pixel weighs 1 + VIVID C: few and strong colours shall not drown in the many dull ones


def colours_of(name: str, count: int) -> np.ndarray:
    """So many colours of a picture, ``(count, 3)`` in OKLab, from the darkest to the lightest.

    Clusters as S. Lloyd finds them (1982), from points each as far as can be from those before it: the same for the
    same picture, whatever the seed.

    Args:
        name: a file, or ``skimage:NAME`` for one of scikit-image's samples.
        count: how many.

    Raises:
        LimnerError: the file is missing, damaged, or no picture.
    """
    pixels = from_srgb(_pixels(name)).T
    weights = 1.0 + VIVID * np.hypot(pixels[:, 1], pixels[:, 2])
    middles = np.average(pixels, axis=0, weights=weights)[None]
    for _ in range(count):
        middles = np.concatenate([middles, pixels[_squares(pixels, middles).min(axis=1).argmax()][None]])
    middles = middles[1:]
    for _ in range(ROUNDS):
        nearest = _squares(pixels, middles).argmin(axis=1)
        total = np.bincount(nearest, weights, count)
        sums = np.stack([np.bincount(nearest, weights * channel, count) for channel in pixels.T], axis=1)
        middles = np.where(total[:, None] > 0, sums / np.maximum(total, 1e-12)[:, None], middles)
    return middles[np.argsort(middles[:, 0], kind="stable")]


def _squares(pixels: np.ndarray, middles: np.ndarray) -> np.ndarray:
    """The squared distance of each pixel from each middle, ``(pixels, middles)``."""
    squares: np.ndarray = ((pixels[:, None, :] - middles[None]) ** 2).sum(axis=2)
    return squares


def _pixels(name: str) -> np.ndarray:
    """The pixels of a small copy, sRGB ``(3, n)``, 0 to 1; clear ones are left out."""
    from PIL import Image

    image = open_picture(name, "color.image")
    if image.mode.startswith(("I", "F")):
        raise LimnerError(f"{name}: is a gray picture of many bits and has no colours; name another with color.image")
    image = image.convert("RGBA")
    image.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    rgba = np.asarray(image, dtype=np.float64).reshape(-1, 4).T / 255
    opaque = rgba[3] > 0.5
    if not opaque.any():
        raise LimnerError(f"{name}: is clear all over; name a picture with colours")
    return rgba[:3, opaque]
