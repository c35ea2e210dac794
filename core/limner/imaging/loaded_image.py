"""Images in memory: arrays and Pillow images instead of files."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, Union

import numpy as np

from limner.errors import LimnerError
from limner.imaging.decoding.decoder import decode
from limner.imaging.decoding.errors import reading_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

ImageLike: TypeAlias = Union[str, "os.PathLike[str]", "NDArray[Any]", "Image"]
"""An image as an argument of public functions: a file or ``skimage:NAME``, an array, or a Pillow image.

An array is ``(h, w)`` gray, ``(h, w, 3)`` RGB or ``(h, w, 4)`` with opacity: uint8, uint16, or floats from 0 to 1, in
sRGB.
"""

FULL_SCALE = {"uint8": 255, "uint16": 65535}


@dataclass(frozen=True, eq=False)
class LoadedImage:
    """An image in memory.

    Attributes:
        name: the name in messages, titles and labels.
        colour: sRGB, float32 ``(1 or 3, h, w)`` from 0 to 1.
        alpha: the opacity, float32 ``(h, w)``; None if all pixels are opaque.
    """

    name: str
    colour: NDArray[np.float32]
    alpha: NDArray[np.float32] | None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, in pixels."""
        return self.colour.shape[2], self.colour.shape[1]

    def over(self, background: NDArray[np.float32] | float = 1.0) -> NDArray[np.float32]:
        """Return the colour over an opaque background: RGB from 0 to 1, ``(3,)``, or a gray level; white by default."""
        if self.alpha is None:
            return self.colour
        behind = np.reshape(np.asarray(background, dtype=np.float32), (-1, 1, 1))
        composited: NDArray[np.float32] = self.alpha * self.colour + (1 - self.alpha) * behind
        return composited


def is_one_image(images: Any) -> bool:
    """Return whether the value is one image, not several: a path, an array or a Pillow image."""
    return isinstance(images, str | os.PathLike) or hasattr(images, "__array__") or _is_pillow(images)


def load_image(image: Any, name: str, argument: str = "") -> str | LoadedImage:
    """Return a path as text, and an array or a Pillow image as an image in memory.

    Args:
        image: an ``ImageLike``.
        name: the name to use if the image has none.
        argument: the argument that the image comes from, for messages; the name if empty.

    Raises:
        PictureError: a Pillow image's file is damaged.
        LimnerError: the image has another type, shape or dtype, or values out of range.
    """
    subject = f"`{argument}`" if argument else name
    if isinstance(image, str | os.PathLike):
        return os.fspath(image)
    if _is_pillow(image):
        named = Path(str(getattr(image, "filename", "") or name)).stem or name
        with reading_errors(named), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about metadata that is not used
            return LoadedImage(named, *decode(image, named))
    if not hasattr(image, "__array__"):
        raise LimnerError(f"{subject}: must be a path, an array or a Pillow image, not {type(image).__name__}")
    return LoadedImage(name, *_from_array(np.asarray(image), subject))


def _is_pillow(image: Any) -> bool:
    from PIL import Image

    return isinstance(image, Image.Image)


def _from_array(pixels: NDArray[Any], subject: str) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in (1, 3, 4)) or not pixels.size:
        shape = "x".join(map(str, pixels.shape))
        raise LimnerError(f"{subject}: must have the shape (h, w), (h, w, 3) or (h, w, 4), got {shape or 'a number'}")
    if pixels.dtype.name in FULL_SCALE:
        shares = pixels.astype(np.float32) / np.float32(FULL_SCALE[pixels.dtype.name])
    elif pixels.dtype.kind == "f":
        shares = pixels.astype(np.float32)
        if not (np.isfinite(shares).all() and shares.min() >= 0 and shares.max() <= 1):
            raise LimnerError(
                f"{subject}: floats must be finite and from 0 to 1; divide by the largest level, or use uint8"
            )
    else:
        raise LimnerError(f"{subject}: must be uint8, uint16 or floats, got {pixels.dtype}")
    planes = np.ascontiguousarray(np.moveaxis(shares.reshape(*pixels.shape[:2], -1), -1, 0))
    alpha = planes[3] if len(planes) == 4 and planes[3].min() < 1 else None
    return planes[:3], alpha
