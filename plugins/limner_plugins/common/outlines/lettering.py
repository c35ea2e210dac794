"""Words as signed distances: a raster, drawn with Pillow, and the distance everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from limner.plugin import Array, LimnerError, Params, namespace
from limner_plugins.common.outlines.contours import contour_distance
from limner_plugins.common.raster import sample

if TYPE_CHECKING:
    from PIL import ImageFont

FADE = 0.8  # distance beyond the raster at which its share is halved, in units of the text's longer side
MARGIN = 0.25  # of the longer side: margin of the raster around the text
ROUND = 0.1  # of the longer side: width of the smooth onset of the distance from the block
FINE = 2  # pixels drawn per cell of the raster, along each side
SMALLEST = 24  # pixels; strokes of smaller letters vanish
LARGEST = 2**26  # pixels of the drawn text


class Lettering(NamedTuple):
    """A text in units of its longer side, relative to its centre.

    Attributes:
        distance: the signed distance minus the distance from the block, ``(h, w)``; the raster covers block and margin.
        block: half of the width and half of the height of the text.
    """

    distance: np.ndarray
    block: tuple[float, float]


def lettering(
    text: str, font: str, cells: tuple[int, int], subject: str = "encoder.text", *, exact: bool = False
) -> Lettering:
    """Return the signed distances from the letters of a text.

    Args:
        text: the text, with line breaks.
        font: a file or the name of an installed font; empty for Pillow's own.
        cells: width and height of the raster.
        subject: the stage, for messages.
        exact: measure from the antialiased edge of the letters. The encoder ``text`` measures between whole pixels,
            because its pictures depend on every bit.

    Raises:
        LimnerError: the font cannot be read, or draws nothing for the text.
    """
    ink = _draw(text, font, max(cells), subject)
    long = max(ink.shape)
    pad = round(MARGIN * long)
    padded = np.pad(ink, pad)
    signed = (contour_distance(padded, 0.5) if exact else _signed_distance(padded)) / long
    block = (ink.shape[1] / long / 2, ink.shape[0] / long / 2)
    grid = [
        (np.arange(count) + 0.5) * (2 * (half + MARGIN) / count) - (half + MARGIN)
        for count, half in zip(cells, block, strict=True)
    ]
    return Lettering(_resampled(signed, grid, long) - _around(grid, block), block)


def check_letters(text: str, font: str, subject: str) -> None:
    """Raise an error if a font lacks a letter of a text, for which it would draw a box.

    Raises:
        LimnerError: it does, or the font cannot be read.
    """
    found = _font(font, SMALLEST, subject)

    def drawn(letter: str) -> tuple[tuple[int, int], bytes]:
        mask = found.getmask(letter)
        return mask.size, bytes(mask)

    placeholder = drawn("\U0010ffff")  # no font has a letter for this code point
    for letter in text:
        if not letter.isspace() and drawn(letter) == placeholder:
            name = f"the font {font!r}" if font else "Pillow's own font"
            raise LimnerError(f"{subject}.text: {name} has no letter {letter!r}; set {subject}.font to one that has it")


def visible(text: str) -> str:
    """Return a text that has more than spaces.

    Raises:
        ValueError: it has not.
    """
    if not text.strip():
        raise ValueError("must contain a letter, not only spaces")
    return text


def letter_distance(params: Params, point: Array, cells: tuple[int, int]) -> Array:
    """Return the distance ``(n,)`` from the letters of a text, in units of its longer side.

    Args:
        params: ``raster`` and ``block``, the fields of a ``Lettering``.
        point: x and y relative to the centre of the text, ``(2, n)``, in the same units.
        cells: width and height of the raster.
    """
    xp, half, (across, down) = namespace(point), params["block"][:, None], cells
    off_block, off_raster = (_square(xp.maximum(xp.abs(point) - half - m, 0.0)) for m in (0.0, MARGIN))
    around = xp.sqrt(off_block + ROUND**2) - ROUND
    place = (point / (half + MARGIN) + 1.0) * 0.5
    inner = sample(params["raster"], place[0, :] * across, place[1, :] * down, "bicubic")[0, :]
    # Far away, the gaps between letters matter less and less.
    return inner / (1.0 + off_raster / FADE**2) + around


def _square(vectors: Array) -> Array:
    """Return the squared lengths ``(n,)`` of vectors ``(2, n)``."""
    return namespace(vectors).sum(vectors * vectors, axis=0)


def _around(grid: list[np.ndarray], block: tuple[float, float]) -> np.ndarray:
    """Return the distance from the block at the cells of the raster, with a smooth onset; see the encoder ``text``."""
    x, y = (np.maximum(np.abs(ticks) - half, 0.0) for ticks, half in zip(grid, block, strict=True))
    return np.asarray(np.sqrt(x[None, :] ** 2 + y[:, None] ** 2 + ROUND**2) - ROUND)


def _resampled(signed: np.ndarray, grid: list[np.ndarray], long: int) -> np.ndarray:
    """Return a fine field sampled at the cells of the raster; both have the same centre."""
    from scipy import ndimage

    steps = [(ticks[1] - ticks[0]) * long for ticks in grid[::-1]]
    smooth = ndimage.gaussian_filter(signed, [0.35 * step for step in steps], mode="nearest")
    places = [ticks * long + side / 2 - 0.5 for ticks, side in zip(grid[::-1], signed.shape, strict=True)]
    return np.asarray(ndimage.map_coordinates(smooth, np.meshgrid(*places, indexing="ij"), order=1, mode="nearest"))


def _signed_distance(ink: np.ndarray) -> np.ndarray:
    """Return the distance from the edge of the ink in pixels, negative inside, ``(h, w)``, of a coverage 0 to 1."""
    from scipy import ndimage

    inside = ink >= 0.5
    out, into = ndimage.distance_transform_edt(~inside), ndimage.distance_transform_edt(inside)
    return np.asarray(np.where(inside, 0.5 - into, out - 0.5))


def _draw(text: str, font: str, wide: int, subject: str) -> np.ndarray:
    """Return the coverage of the text, cropped; its longer side is about FINE times its part of the raster."""
    from PIL import Image, ImageDraw

    canvas = ImageDraw.Draw(Image.new("L", (1, 1)))

    def box(at: float) -> tuple[float, float, float, float]:
        left, top, right, bottom = canvas.multiline_textbbox((0, 0), text, _font(font, at, subject), align="center")
        if right <= left or bottom <= top:
            raise LimnerError(f"text: the font has no glyphs for {text!r}; use other letters or another font")
        return left, top, right, bottom

    left, top, right, bottom = box(100)
    at = max(SMALLEST, 100 * FINE * wide / (1 + 2 * MARGIN) / max(right - left, bottom - top))
    left, top, right, bottom = box(at)
    size = (int(np.ceil(right - left)), int(np.ceil(bottom - top)))
    if size[0] * size[1] > LARGEST:
        raise LimnerError(f"text: {size[0]}x{size[1]} pixels are too many; shorten the text or break it into lines")
    image = Image.new("L", size)
    ImageDraw.Draw(image).multiline_text((-left, -top), text, 255, _font(font, at, subject), align="center")
    ink = np.asarray(image, dtype=np.float32) / 255
    rows, columns = np.flatnonzero((ink >= 0.5).any(axis=1)), np.flatnonzero((ink >= 0.5).any(axis=0))
    if not rows.size:
        raise LimnerError(f"text: the font has no glyphs for {text!r}; use other letters or another font")
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _font(font: str, size: float, subject: str) -> ImageFont.FreeTypeFont:
    """Return the font at a size in pixels."""
    from PIL import ImageFont

    try:
        found = ImageFont.truetype(font, size) if font else ImageFont.load_default(size)
    except (OSError, ValueError, ImportError) as error:
        problem = f"cannot read the font {font!r}" if font else "Pillow has no scalable default font here"
        raise LimnerError(f"{subject}.font: {problem} ({error}); set it to a .ttf or .otf file") from error
    assert isinstance(found, ImageFont.FreeTypeFont)
    return found
