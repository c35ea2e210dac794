"""Pictures as planes of numbers, ``(c, h, w)`` from 0 to 1: crop and resize them."""

from __future__ import annotations

import numpy as np

MIN_VISIBLE_ALPHA = 1 / 512  # with an opacity below half a level of 255, the colour is invisible


def to_uint8(shares: np.ndarray) -> np.ndarray:
    """Return numbers from 0 to 1 as the nearest levels from 0 to 255, uint8."""
    return np.asarray((shares * 255 + np.float32(0.5)).astype(np.uint8))


def composite_on_white(pixels: np.ndarray) -> np.ndarray:
    """Return RGB pixels ``(h, w, 3)`` of RGB or RGBA ``(h, w, 3 or 4)``, composited on white."""
    if pixels.shape[2] == 3:
        return pixels
    alpha = pixels[..., 3:].astype(np.float32) / 255
    return (pixels[..., :3] * alpha + 255 * (1 - alpha) + 0.5).astype(np.uint8)


def center_crop(planes: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return the largest centred part of the planes that has the aspect ratio of ``size``."""
    height, width = planes.shape[1:]
    scale = min(width / size[0], height / size[1])
    w, h = (max(1, min(limit, round(side * scale))) for side, limit in zip(size, (width, height), strict=True))
    left, top = (width - w) // 2, (height - h) // 2
    return planes[:, top : top + h, left : left + w]


def resized(planes: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return the planes resized to width and height with the Lanczos filter and clipped to 0 to 1.

    Planes that have the size already are returned unchanged. If there are 2 or 4 planes, the last is the opacity, and
    colours are weighted by it, so that colours of transparent pixels do not bleed; transparent results are black.
    """
    from PIL import Image

    if planes.shape[:0:-1] == size:
        return planes
    has_alpha = len(planes) in (2, 4)
    weighted = np.concatenate([planes[:-1] * planes[-1:], planes[-1:]]) if has_alpha else planes
    lanczos = Image.Resampling.LANCZOS
    new: np.ndarray = np.stack([np.asarray(Image.fromarray(p).resize(size, lanczos)) for p in weighted]).clip(0.0, 1.0)
    if has_alpha:
        colour, alpha = new[:-1], new[-1:]
        plain = np.divide(colour, alpha, out=np.zeros_like(colour), where=alpha > MIN_VISIBLE_ALPHA)
        new[:-1] = np.minimum(plain, 1.0)
    return new
