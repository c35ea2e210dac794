"""What a fit is to learn: a picture from a file, as planes of numbers from 0 to 1."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from limner.errors import LimnerError
from limner.imaging.loaded_image import LoadedImage
from limner.imaging.planes import center_crop, colour_and_alpha, resized, to_uint8
from limner.imaging.reader import open_picture
from limner.utils.arguments import show_value

LUMA_WEIGHTS = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601, as Pillow weighs them


@dataclass(frozen=True, eq=False)
class Target:
    """A picture to learn.

    Attributes:
        planes: sRGB as it stands in the file, float32 ``(c, h, w)`` from 0 to 1, not to be written to; c is 1 for gray,
            2 for gray and opacity, 3 for RGB, 4 for RGB and opacity. Colours are not weighted by the opacity.
        name: the file's name as it was given.
        original_size: width and height in the file, upright, before it was resized.
        image: the image in memory that it was made from; None for a file.
    """

    planes: np.ndarray
    name: str
    original_size: tuple[int, int]
    image: LoadedImage | None = None

    @property
    def source(self) -> str | LoadedImage:
        """The source that ``read_target`` reads it from again."""
        return self.image or self.name

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the planes."""
        return self.planes.shape[2], self.planes.shape[1]

    @property
    def gray(self) -> bool:
        """Has it no hues?"""
        return len(self.planes) <= 2

    @property
    def alpha(self) -> bool:
        """Is its last plane an opacity?"""
        return len(self.planes) in (2, 4)

    def pixels(self) -> np.ndarray:
        """The nearest whole levels, uint8 ``(h, w, c)``."""
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
    """Return a picture to learn: upright, the first frame of an animation, in sRGB.

    Gray files of 16 bits keep all of them, unless a profile must be followed, which is done in 256 steps. Pillow gives
    only the upper 8 bits of colour files with 16. An opacity stays where some pixel is not opaque and no background is
    given; the colour below clear pixels is the file's, or black once the picture has been resized.

    Args:
        source: a file, ``skimage:NAME`` for one of scikit-image's samples, or an image in memory.
        gray: learn one plane, the luma by ITU-R BT.601; else a gray file is three equal planes.
        background: a colour as CSS writes it, to lie under what is clear.
        size: width and height to bring it to, which may stretch it.
        train_size: pixels of the longer side to shrink it to; a smaller picture is left as it is, and 0 is no limit.
        cover: cut it around its middle to the aspect of ``size``, instead of stretching it.
        setting: where the name came from; messages tell it.

    Raises:
        LimnerError: the file is missing, damaged, too large, or no picture; the background is no colour; the sizes are
            none, or both are given.
    """
    paper = None if background is None else _parse_background(background)
    _check_sizes(size, train_size)
    if isinstance(source, LoadedImage):
        name, image = source.name, source
        colour, alpha, original = image.colour, image.alpha, image.size
    else:
        name, image = source, None
        opened = open_picture(name, setting)
        (colour, alpha), original = colour_and_alpha(opened, name), opened.size
    if alpha is not None and paper is not None:
        colour, alpha = alpha * colour + (1 - alpha) * paper[:, None, None], None
    if gray and len(colour) == 3:
        colour = np.clip(np.tensordot(LUMA_WEIGHTS, colour, axes=1), 0.0, 1.0)[None]
    elif not gray and len(colour) == 1:
        colour = np.repeat(colour, 3, axis=0)
    planes = colour if alpha is None else np.concatenate([colour, alpha[None]])
    if cover and size:
        planes = center_crop(planes, size)
    planes = np.ascontiguousarray(resized(planes, size or shrunk(original, train_size)), dtype=np.float32)
    planes.setflags(write=False)
    return Target(planes, name, original, image)


def digest(target: Target) -> str:
    """The SHA-256 of shape and planes, hexadecimal: the same for the same numbers, wherever they came from."""
    return hashlib.sha256(repr(target.planes.shape).encode() + target.planes.astype("<f4").tobytes()).hexdigest()


def shrunk(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """Return width and height with the longer side at most ``longest``, 0 for no limit; no side is enlarged or 0."""
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
        raise LimnerError(f"`train_size` {train_size}: a size is given already; leave one of them out")


def _parse_background(text: str) -> np.ndarray:
    """A colour as CSS writes it, float32 ``(3,)`` from 0 to 1."""
    from PIL import ImageColor

    if not isinstance(text, str):
        raise LimnerError(f"`background`: must be a colour as CSS writes it, 'white' say, got {show_value(text)}")
    try:
        colour: tuple[int, ...] = ImageColor.getrgb(text)
    except ValueError:
        colour = ()
    if not colour or max(colour) > 255 or colour[3:] not in ((), (255,)):
        raise LimnerError(
            f"background {text[:60]!r}: is no opaque colour; write it as white, '#ff8800' or 'rgb(255, 136, 0)'"
        )
    return np.array(colour[:3], dtype=np.float32) / 255
