"""The decoder of all pictures from outside: a Pillow image becomes upright sRGB planes from 0 to 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.errors import PictureError
from limner.imaging.decoding.color_profile import gray_curve, srgb
from limner.imaging.decoding.raw_levels import RawLevels, deep_gray, gray_alpha, raw_levels

if TYPE_CHECKING:
    from PIL.Image import Image

ORIENTATION = 0x0112
"""The EXIF tag of the orientation."""
TURNS: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    2: lambda planes: planes[..., ::-1],
    3: lambda planes: planes[..., ::-1, ::-1],
    4: lambda planes: planes[..., ::-1, :],
    5: lambda planes: planes.swapaxes(-1, -2),
    6: lambda planes: planes.swapaxes(-1, -2)[..., ::-1],
    7: lambda planes: planes[..., ::-1, ::-1].swapaxes(-1, -2),
    8: lambda planes: planes.swapaxes(-1, -2)[..., ::-1, :],
}
"""How planes ``(..., h, w)`` become upright, by the value of the tag. 1 is upright already."""
STRAIGHT = {"La": "LA", "RGBa": "RGBA"}
"""Pillow's modes with colours multiplied by the opacity, and the modes to convert them to."""


def decode(image: Image, name: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the colour and the opacity of a Pillow image, upright and in sRGB.

    A colour profile that cannot be used and an orientation that cannot be read are ignored.

    Returns:
        Gray ``(1, h, w)`` or RGB ``(3, h, w)``, and opacity ``(h, w)``, float32 from 0 to 1. The opacity is None if all
        pixels are opaque.

    Raises:
        PictureError: Pillow cannot convert the mode to RGB, or a number is not finite.
    """
    raw = raw_levels(image)
    image.load()
    turn = _turn(image)
    try:
        straight = image.convert(STRAIGHT[image.mode]) if image.mode in STRAIGHT else image
        colour, alpha = _colour(straight, raw, name), _alpha(straight, raw)
    except (ValueError, ImportError, OSError) as error:  # modes that Pillow reads but does not convert
        raise PictureError(f"{name}: limner cannot read the mode {image.mode}; save it as PNG") from error
    colour = np.ascontiguousarray(turn(colour))
    return colour, None if alpha is None or alpha.min() == 1 else np.ascontiguousarray(turn(alpha))


def _turn(image: Image) -> Callable[[np.ndarray], np.ndarray]:
    """Return how the planes of an image become upright; Pillow itself turns TIFF files as it decodes them."""
    try:
        orientation: Any = image.getexif().get(ORIENTATION)
        return TURNS.get(orientation, _unchanged)
    except Exception:  # noqa: BLE001 - Pillow raises many kinds of errors for damaged metadata
        return _unchanged


def _unchanged(planes: np.ndarray) -> np.ndarray:
    return planes


def _colour(image: Image, raw: RawLevels, name: str) -> np.ndarray:
    """Return gray ``(1, h, w)`` or RGB ``(3, h, w)``."""
    if image.mode.startswith(("I", "F")):
        gray = deep_gray(image, raw, name)
    elif image.mode in ("1", "L", "LA"):
        gray = _unit_floats(image.convert("L"))
    else:
        return np.stack([_unit_floats(plane) for plane in srgb(image).split()])
    curve = gray_curve(image)
    return gray[None] if curve is None else np.interp(gray[None] * 255, np.arange(256), curve).astype(np.float32)


def _alpha(image: Image, raw: RawLevels) -> np.ndarray | None:
    """Return the opacity ``(h, w)``; None if the file stores none."""
    if not image.has_transparency_data:
        return None
    if image.mode in ("1", "L") or image.mode.startswith(("I", "F")):
        return gray_alpha(image, raw)
    key = image.info.get("transparency")
    if image.mode == "RGB" and isinstance(key, tuple) and raw.bits == 16:
        return _key_alpha(image, key)
    return _unit_floats(image.convert("RGBA").getchannel("A"))


def _key_alpha(image: Image, key: tuple[int, ...]) -> np.ndarray:
    """Return the opacity of a PNG of 16 bits one of whose colours is transparent; Pillow keeps the upper 8 bits."""
    is_key = (np.asarray(image) == [level >> 8 for level in key]).all(axis=-1)
    return np.where(is_key, np.float32(0), np.float32(1))


def _unit_floats(plane: Image) -> np.ndarray:
    return np.asarray(plane, dtype=np.float32) / 255
