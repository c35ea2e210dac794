"""Pictures as planes of numbers, ``(c, h, w)`` from 0 to 1: decode, crop and resize them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from limner.errors import LimnerError
from limner.imaging.color_profile import gray_curve, srgb
from limner.imaging.reader import deep_gray

if TYPE_CHECKING:
    from PIL.Image import Image

MIN_VISIBLE_ALPHA = 1 / 512  # with an opacity below half a level of 255, the colour is invisible


def colour_and_alpha(image: Image, name: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Return gray ``(1, h, w)`` or RGB ``(3, h, w)`` in sRGB, and opacity ``(h, w)``, None if all pixels are opaque.

    Raises:
        LimnerError: Pillow cannot convert the mode to RGB, or a number is not finite.
    """
    deep = image.mode.startswith(("I", "F"))
    try:
        if deep:
            colour = deep_gray(image, name)[None]
        elif image.mode in ("1", "L", "LA"):
            colour = _unit_floats(image.convert("L"))[None]
        else:
            colour = np.stack([_unit_floats(plane) for plane in srgb(image).split()])
        alpha = _alpha(image, deep=deep) if image.has_transparency_data else None
    except (ValueError, ImportError, OSError) as error:  # modes that Pillow reads but does not convert
        raise LimnerError(f"{name}: limner cannot read the mode {image.mode}; save it as PNG") from error
    curve = gray_curve(image) if len(colour) == 1 else None
    if curve is not None:
        colour = np.interp(colour * 255, np.arange(256), curve).astype(np.float32)
    return colour, None if alpha is None or alpha.min() == 1 else alpha


def _alpha(image: Image, *, deep: bool) -> np.ndarray:
    """Return the opacity ``(h, w)``; in deep gray pictures, PNG may declare one level as transparent."""
    if deep:
        return np.where(np.asarray(image) == image.info["transparency"], np.float32(0), np.float32(1))
    return _unit_floats(image.convert("RGBA").getchannel("A"))


def _unit_floats(plane: Image) -> np.ndarray:
    return np.asarray(plane, dtype=np.float32) / 255


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
