"""A decoded picture as planes of numbers, ``(c, h, w)`` from 0 to 1, and such planes at another size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from limner.errors import LimnerError
from limner.imaging.color_profile import gray_curve, srgb
from limner.imaging.reader import deep_gray

if TYPE_CHECKING:
    from PIL.Image import Image

MIN_VISIBLE_ALPHA = 1 / 512  # below half a level of 255, an opacity shows nothing of its colour


def colour_and_alpha(image: Image, name: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Return gray ``(1, h, w)`` or RGB ``(3, h, w)`` in sRGB, and opacity ``(h, w)``, None if all is opaque.

    Raises:
        LimnerError: its mode is one that Pillow does not turn into RGB, or a number is not finite.
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
        raise LimnerError(f"{name}: has the mode {image.mode}, which limner does not read; save it as PNG") from error
    curve = gray_curve(image) if len(colour) == 1 else None
    if curve is not None:
        colour = np.interp(colour * 255, np.arange(256), curve).astype(np.float32)
    return colour, None if alpha is None or alpha.min() == 1 else alpha


def _alpha(image: Image, *, deep: bool) -> np.ndarray:
    """The opacity; of a gray picture of many bits, PNG may name one level that is clear."""
    if deep:
        return np.where(np.asarray(image) == image.info["transparency"], np.float32(0), np.float32(1))
    return _unit_floats(image.convert("RGBA").getchannel("A"))


def _unit_floats(plane: Image) -> np.ndarray:
    return np.asarray(plane, dtype=np.float32) / 255


def to_uint8(shares: np.ndarray) -> np.ndarray:
    """Return numbers from 0 to 1 as the nearest levels, uint8."""
    return np.asarray((shares * 255 + np.float32(0.5)).astype(np.uint8))


def composite_on_white(pixels: np.ndarray) -> np.ndarray:
    """Return levels ``(h, w, 3 or 4)`` as RGB, transparent ones over white."""
    if pixels.shape[2] == 3:
        return pixels
    alpha = pixels[..., 3:].astype(np.float32) / 255
    return (pixels[..., :3] * alpha + 255 * (1 - alpha) + 0.5).astype(np.uint8)


def center_crop(planes: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The largest part of planes, around the middle, that has the aspect of width and height."""
    height, width = planes.shape[1:]
    scale = min(width / size[0], height / size[1])
    w, h = (max(1, min(most, round(side * scale))) for side, most in zip(size, (width, height), strict=True))
    left, top = (width - w) // 2, (height - h) // 2
    return planes[:, top : top + h, left : left + w]


def resized(planes: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Planes at width and height, by Lanczos's filter, clipped; those that have the size are given back as they are.

    Where the last of 2 or 4 is an opacity, the colours are weighted by it, so that clear ones do not bleed; what is
    clear in the end is black.
    """
    from PIL import Image

    if planes.shape[:0:-1] == size:
        return planes
    clear = len(planes) in (2, 4)
    weighted = np.concatenate([planes[:-1] * planes[-1:], planes[-1:]]) if clear else planes
    lanczos = Image.Resampling.LANCZOS
    new: np.ndarray = np.stack([np.asarray(Image.fromarray(p).resize(size, lanczos)) for p in weighted]).clip(0.0, 1.0)
    if clear:
        colour, alpha = new[:-1], new[-1:]
        plain = np.divide(colour, alpha, out=np.zeros_like(colour), where=alpha > MIN_VISIBLE_ALPHA)
        new[:-1] = np.minimum(plain, 1.0)
    return new
