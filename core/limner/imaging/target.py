"""The target of a fit: a picture as planes of numbers from 0 to 1."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from limner.errors import LimnerError
from limner.imaging.background import parse_background
from limner.imaging.loaded_image import LoadedImage
from limner.imaging.planes import center_crop, resized, to_uint8
from limner.imaging.reader import read_picture

LUMA_WEIGHTS = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601, as in Pillow


@dataclass(frozen=True, eq=False)
class Target:
    """A picture to learn.

    Attributes:
        planes: the picture in sRGB, float32 ``(c, h, w)`` from 0 to 1, read-only; c is 1 for gray, 2 for gray and
            opacity, 3 for RGB, 4 for RGB and opacity. Colours are not weighted by the opacity.
        name: the name of the file as the user gave it, or the name of an image in memory.
        original_size: width and height of the upright picture before resizing, in pixels.
        image: the image in memory that the target was made from; None for a file.
        flattened: whether the picture has transparent areas that a background was put behind.
    """

    planes: np.ndarray
    name: str
    original_size: tuple[int, int]
    image: LoadedImage | None = None
    flattened: bool = False

    @property
    def source(self) -> str | LoadedImage:
        """What to pass to ``read_target`` to read the picture again: a file name, or an image in memory."""
        return self.image or self.name

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the planes, in pixels."""
        return self.planes.shape[2], self.planes.shape[1]

    @property
    def gray(self) -> bool:
        """Whether the picture is gray, with opacity or without."""
        return len(self.planes) <= 2

    @property
    def alpha(self) -> bool:
        """Whether the last plane is the opacity."""
        return len(self.planes) in (2, 4)

    def pixels(self) -> np.ndarray:
        """Return the picture in the nearest levels from 0 to 255, uint8 ``(h, w, c)``."""
        return np.stack([to_uint8(plane) for plane in self.planes], axis=-1)


def read_target(
    source: str | LoadedImage,
    *,
    gray: bool = False,
    background: str | None = None,
    size: tuple[int, int] | None = None,
    train_size: int = 0,
    cover: bool = False,
    setting: str = "`images`",
) -> Target:
    """Return a picture to learn, upright and in sRGB; of an animation, the first frame.

    Gray files keep 16 bits, unless they have a colour profile, which is applied in 256 steps. Pillow reads only the
    upper 8 bits of colour files with 16. The opacity is kept if a pixel is not opaque and no background is given. The
    colour of transparent pixels is that of the file, or black if the picture was resized.

    Args:
        source: a file, ``skimage:NAME`` for a sample picture of scikit-image, or an image in memory.
        gray: whether to return one plane, the luma (ITU-R BT.601); otherwise a gray file gives three equal planes.
        background: a CSS colour to put behind transparent pixels.
        size: width and height to resize to, which may change the aspect ratio.
        train_size: length of the longer side to shrink to, in pixels; a smaller picture is unchanged. 0 for no limit.
        cover: whether to crop around the centre to the aspect ratio of ``size``, instead of stretching.
        setting: the argument or option that holds the name, for messages.

    Raises:
        LimnerError: the file is missing, damaged, too large, or not a picture; the background is not an opaque colour;
            a size is out of range, or both are given.
    """
    behind = None if background is None else parse_background(background)
    _check_sizes(size, train_size)
    if isinstance(source, LoadedImage):
        picture, kept = source, source
    else:
        picture, kept = read_picture(source, setting), None
    colour, alpha = (picture.colour, picture.alpha) if behind is None else (picture.over(behind), None)
    if gray and len(colour) == 3:
        colour = np.clip(np.tensordot(LUMA_WEIGHTS, colour, axes=1), 0.0, 1.0)[None]
    elif not gray and len(colour) == 1:
        colour = np.repeat(colour, 3, axis=0)
    planes = colour if alpha is None else np.concatenate([colour, alpha[None]])
    if cover and size:
        planes = center_crop(planes, size)
    planes = np.ascontiguousarray(resized(planes, size or shrunk(picture.size, train_size)), dtype=np.float32)
    planes.setflags(write=False)
    return Target(planes, picture.name, picture.size, kept, behind is not None and picture.alpha is not None)


def digest(target: Target) -> str:
    """Return the SHA-256 of the shape and the planes, in hexadecimal; it does not depend on the source."""
    return hashlib.sha256(repr(target.planes.shape).encode() + target.planes.astype("<f4").tobytes()).hexdigest()


def shrunk(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """Return width and height, shrunk so that the longer side is at most ``longest`` pixels; 0 for no limit."""
    if not longest or max(size) <= longest:
        return size
    width, height = (max(1, round(side * longest / max(size))) for side in size)
    return width, height


def _check_sizes(size: tuple[int, int] | None, train_size: int) -> None:
    if size is not None and min(size) < 1:
        raise LimnerError(f"size {size[0]}x{size[1]}: each side must be at least 1 pixel")
    if train_size < 0:
        raise LimnerError(f"`train_size` {train_size}: must be at least 1 pixel, or 0 for the picture's own size")
    if size is not None and train_size:
        raise LimnerError(f"`train_size` {train_size}: a size is given too; use only one of them")
