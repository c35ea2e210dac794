"""The comparison: a picture, its reconstruction and their differences on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.errors import LimnerError
from limner.figures.text import INK, PAPER, label_font, wrap_text
from limner.imaging.quality import comparable_levels
from limner.utils.atomic_files import atomic_write, check_target

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

FORMATS: Mapping[str, tuple[str, dict[str, Any]]] = {
    ".png": ("PNG", {"optimize": True}),
    ".jpg": ("JPEG", {"quality": 92, "subsampling": 0}),
    ".jpeg": ("JPEG", {"quality": 92, "subsampling": 0}),
    ".webp": ("WEBP", {"quality": 92, "method": 4}),
}
CAPTIONS = ("original", "painted", "error")
MAX_PANEL_SIDE = 1024  # pixels along the longer side of a panel
MIN_PANEL_SIDE = 256  # pixels, approximately: smaller pictures are enlarged
MIN_CELL_WIDTH = 260  # pixels; captions need this much
WIDE_ASPECT = 2.0  # width / height: panels are stacked from here on
GAP = 16
BAR_HEIGHT = 8
CHECKER_COLORS = ((150, 150, 154), (116, 116, 120))
CHECKER_SIDE = 8
PEAK_PERCENTILE = 99.5  # so that a few outliers do not darken the rest
HEAT_COLORS = (
    (14, 13, 24),
    (44, 28, 100),
    (116, 36, 130),
    (190, 52, 108),
    (238, 106, 68),
    (250, 176, 78),
    (255, 244, 190),
)
"""sRGB colours from no error to the largest, in approximately equal steps of lightness."""


@dataclass(frozen=True)
class _Panel:
    """A picture with its caption.

    Attributes:
        image: the picture.
        words: the caption below it.
        scale: the value of the lightest colour of an error map, in levels from 0 to 255; None for other pictures.
    """

    image: Image
    words: str
    scale: float | None = None


def check_comparison(path: Path, *, force: bool) -> None:
    """Raise an error if a comparison cannot be written to a path, before long work begins.

    Raises:
        LimnerError: the suffix is not supported, or the file cannot be written.
    """
    if path.suffix.lower() not in FORMATS:
        raise LimnerError(f"{path}: a comparison is written as {', '.join(FORMATS)}; choose one of these endings")
    check_target(path, force=force)


def write_comparison(
    path: Path,
    original: np.ndarray,
    painted: np.ndarray,
    *,
    error_map: bool = False,
    caption: tuple[str, ...] = (),
    force: bool = False,
) -> None:
    """Write a page with the original, the rendered picture and optionally a map of the errors.

    The pictures are side by side, or stacked if they are wide. The error of a pixel is the root mean square of the
    differences of its channels, in the levels of ``comparable_levels``: 0 to 255, with colours weighted by opacity.
    The lightest colour of the map stands for the 99.5th percentile and above.

    Args:
        path: the PNG, JPEG or WebP file to write, by its suffix.
        original: uint8 ``(h, w, c)``, c from 1 to 4: gray or RGB, with opacity or without.
        painted: the rendered picture, uint8 ``(h, w, c)``, of the same height and width.
        error_map: whether to draw the map.
        caption: the captions of the pictures, in order; missing ones are those in ``CAPTIONS``.
        force: whether to overwrite an existing file.

    Raises:
        LimnerError: the file cannot be written, or the sizes of the pictures differ.
    """
    check_comparison(path, force=force)
    words = (*caption, *CAPTIONS[len(caption) :])
    first, second = comparable_levels(original, painted)
    panels = [_Panel(_panel_image(pixels), text) for pixels, text in zip((original, painted), words, strict=False)]
    if error_map:
        error = np.sqrt(np.square(first - second).mean(axis=2))
        panels.append(_error_panel(error, words[2]))
    page = _page(panels)
    format_name, options = FORMATS[path.suffix.lower()]
    with atomic_write(path, force=force) as file:
        page.save(file, format=format_name, **options)


def heat_colors(shares: np.ndarray) -> np.ndarray:
    """Return colours, uint8 ``(..., 3)``, for numbers from 0 to 1: dark for small, light for large."""
    positions = np.linspace(0.0, 1.0, len(HEAT_COLORS))
    channels = [np.interp(shares, positions, channel) for channel in np.array(HEAT_COLORS, dtype=float).T]
    return np.stack(channels, axis=-1).round().astype(np.uint8)


def _panel_size(width: int, height: int) -> tuple[int, int]:
    """Return the size of a panel: that of the picture, shrunk if large, or enlarged by a whole number if small."""
    longest = max(width, height)
    if longest <= MAX_PANEL_SIDE:
        factor = max(1, MIN_PANEL_SIDE // longest)
        return width * factor, height * factor
    return max(1, round(width * MAX_PANEL_SIDE / longest)), max(1, round(height * MAX_PANEL_SIDE / longest))


def _panel_image(pixels: np.ndarray) -> Image:
    """Return a picture at the size of its panel, composited on a checkerboard."""
    from PIL import Image

    picture = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    size = _panel_size(*picture.size)
    enlarged = size[0] > picture.width
    image = picture.convert("RGBA").resize(size, Image.Resampling.NEAREST if enlarged else Image.Resampling.LANCZOS)
    rows, columns = np.ogrid[: size[1], : size[0]]
    board = np.array(CHECKER_COLORS, dtype=np.uint8)[(rows // CHECKER_SIDE + columns // CHECKER_SIDE) % 2]
    return Image.alpha_composite(Image.fromarray(board).convert("RGBA"), image).convert("RGB")


def _error_panel(error: np.ndarray, words: str) -> _Panel:
    """Return the map of errors ``(h, w)``, in levels from 0 to 255; a shrunk map shows averages."""
    from PIL import Image

    size = _panel_size(error.shape[1], error.shape[0])
    resized = np.asarray(Image.fromarray(error).resize(size, Image.Resampling.BOX))
    scale = float(np.percentile(resized, PEAK_PERCENTILE)) or float(resized.max())
    return _Panel(Image.fromarray(heat_colors(np.minimum(resized / (scale or 1.0), 1.0))), words, scale)


def _page(panels: list[_Panel]) -> Image:
    """Return the page: the panels with their captions, in a row or stacked."""
    from PIL import Image, ImageDraw

    width, height = panels[0].image.size
    size = min(17, max(13, max(width, height) // 56))
    cell, line = max(width, MIN_CELL_WIDTH), size + 5
    words = [wrap_text(panel.words, cell, size) for panel in panels]
    depths = [len(w) + (p.scale is not None) for w, p in zip(words, panels, strict=True)]
    if width >= WIDE_ASPECT * height:
        tops = [GAP + sum(height + 2 * GAP + depth * line for depth in depths[:i]) for i in range(len(panels))]
        places = [(GAP, top) for top in tops]
    else:
        places = [(GAP + i * (cell + GAP), GAP) for i in range(len(panels))]
        depths = [max(depths)]
    right, top = places[-1]
    page = Image.new("RGB", (right + cell + GAP, top + height + 2 * GAP + depths[-1] * line), PAPER)
    pen = ImageDraw.Draw(page)
    for panel, text, (left, top) in zip(panels, words, places, strict=True):
        page.paste(panel.image, (left, top))
        below = top + height + GAP // 2
        for row, part in enumerate(text):
            pen.text((left, below + row * line), part, fill=INK, font=label_font(size))
        if panel.scale is not None:
            _draw_scale(page, pen, (left, below + len(text) * line), panel.scale, size)
    return page


def _draw_scale(page: Image, pen: ImageDraw, place: tuple[int, int], scale: float, size: int) -> None:
    """Draw the legend of the error map: a bar of colours from 0 to the scale."""
    from PIL import Image

    left, top = place
    font = label_font(size)
    if not scale:
        pen.text(place, "no error anywhere", fill=INK, font=font)
        return
    pen.text(place, "0", fill=INK, font=font)
    bar = heat_colors(np.linspace(0.0, 1.0, 6 * size))[None].repeat(BAR_HEIGHT, axis=0)
    left += round(font.getlength("0")) + 6
    page.paste(Image.fromarray(bar), (left, top + (size + 4 - BAR_HEIGHT) // 2))
    pen.text((left + bar.shape[1] + 6, top), f"{scale:.3g} of 255 or more", fill=INK, font=font)
