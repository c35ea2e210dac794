"""A picture beside its reconstruction, and where they differ, on one page."""

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
MAX_PANEL_SIDE = 1024  # pixels of the longer side at the most,
MIN_PANEL_SIDE = 256  # and about at the least
MIN_CELL_WIDTH = 260  # narrower ones leave no room for words
WIDE_ASPECT = 2.0  # from this aspect on, pictures lie above one another
GAP = 16
BAR_HEIGHT = 8
CHECKER_COLORS = ((150, 150, 154), (116, 116, 120))
CHECKER_SIDE = 8
PEAK_PERCENTILE = 99.5  # percentile: few wild pixels shall not darken the rest
HEAT_COLORS = (
    (14, 13, 24),
    (44, 28, 100),
    (116, 36, 130),
    (190, 52, 108),
    (238, 106, 68),
    (250, 176, 78),
    (255, 244, 190),
)
"""sRGB from no error to the largest: each anchor is lighter than the one before it, by about the same."""


@dataclass(frozen=True)
class _Panel:
    """A picture, the words under it, and where it is a map the value of its lightest colour, levels of 255."""

    image: Image
    words: str
    scale: float | None = None


def check_comparison(path: Path, *, force: bool) -> None:
    """Refuse early what could not be written in the end.

    Raises:
        LimnerError: the ending is none of those that are written, or the file cannot be written.
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
    """Write the original beside the painted picture, and a map of the errors; wide ones lie above one another.

    The error of a pixel is the root of the mean square of its channels' differences, as ``quality.seen`` has them: in
    levels of 255, colours weighted by opacity. The map's lightest colour stands for the 99.5th percentile and more.

    Args:
        path: PNG, JPEG or WebP, by its ending.
        original: uint8 ``(h, w, c)``, c from 1 to 4: gray or RGB, with opacity or without.
        painted: likewise, of the same size.
        error_map: whether to draw the map.
        caption: the words under each picture; ``CAPTIONS`` where they are missing.
        force: overwrite what is there.

    Raises:
        LimnerError: the file cannot be written, or the pictures' sizes differ.
    """
    check_comparison(path, force=force)
    words = (*caption, *CAPTIONS[len(caption) :])
    first, second = comparable_levels(original, painted)
    panels = [_Panel(_panel_image(pixels), text) for pixels, text in zip((original, painted), words, strict=False)]
    if error_map:
        error = np.sqrt(np.square(first - second).mean(axis=2))
        panels.append(_error_panel(error, words[2]))
    page = _page(panels)
    kind, options = FORMATS[path.suffix.lower()]
    with atomic_write(path, force=force) as file:
        page.save(file, format=kind, **options)


def heat_colors(shares: np.ndarray) -> np.ndarray:
    """Colours, uint8 ``(..., 3)``, of numbers from 0 to 1: dark for little, light for much."""
    places = np.linspace(0.0, 1.0, len(HEAT_COLORS))
    channels = [np.interp(shares, places, channel) for channel in np.array(HEAT_COLORS, dtype=float).T]
    return np.stack(channels, axis=-1).round().astype(np.uint8)


def _panel_size(width: int, height: int) -> tuple[int, int]:
    """The size to draw a picture at: shrunk where it is large, and enlarged by a whole number where it is tiny."""
    longest = max(width, height)
    if longest <= MAX_PANEL_SIDE:
        factor = max(1, MIN_PANEL_SIDE // longest)
        return width * factor, height * factor
    return max(1, round(width * MAX_PANEL_SIDE / longest)), max(1, round(height * MAX_PANEL_SIDE / longest))


def _panel_image(pixels: np.ndarray) -> Image:
    """A picture as a panel, what is clear over a checkerboard."""
    from PIL import Image

    whole = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    size = _panel_size(*whole.size)
    enlarged = size[0] > whole.width
    image = whole.convert("RGBA").resize(size, Image.Resampling.NEAREST if enlarged else Image.Resampling.LANCZOS)
    rows, columns = np.ogrid[: size[1], : size[0]]
    board = np.array(CHECKER_COLORS, dtype=np.uint8)[(rows // CHECKER_SIDE + columns // CHECKER_SIDE) % 2]
    return Image.alpha_composite(Image.fromarray(board).convert("RGBA"), image).convert("RGB")


def _error_panel(error: np.ndarray, words: str) -> _Panel:
    """The map of the errors ``(h, w)``, levels of 255; a shrunk one shows their means."""
    from PIL import Image

    size = _panel_size(error.shape[1], error.shape[0])
    drawn = np.asarray(Image.fromarray(error).resize(size, Image.Resampling.BOX))
    scale = float(np.percentile(drawn, PEAK_PERCENTILE)) or float(drawn.max())
    return _Panel(Image.fromarray(heat_colors(np.minimum(drawn / (scale or 1.0), 1.0))), words, scale)


def _page(panels: list[_Panel]) -> Image:
    """The panels with their words, in a row or above one another."""
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
    """What the map's colours stand for: a bar from 0 to the scale."""
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
