"""The strip: the original and some states of a fit, side by side on one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from limner.artworks.movies.original import Original
from limner.errors import LimnerError
from limner.figures.comparison import FORMATS
from limner.figures.mosaic import GridLayout
from limner.figures.text import INK, PAPER, label_font, wrap_text
from limner.imaging.canvas import Canvas
from limner.imaging.planes import composite_on_white
from limner.stages.base import Stage
from limner.training.states.captions import caption_of
from limner.utils.atomic_files import atomic_write, check_target
from limner.utils.validation import validate

if TYPE_CHECKING:
    from PIL.Image import Image

    from limner.stages.backend import Backend
    from limner.training.states.reading import FitStates
    from limner.training.states.state_file import KeptState

DEFAULT_SIDE = 256
"""The longer side of each picture in pixels if no size is given."""
MAX_PAGE_SIDE = 30_000
"""The longest side of a page, in pixels."""
MAX_ROWS = 8
"""The largest number of images, each a row; further ones are omitted."""
GAP = 12


class Strip(Stage):
    """The settings of a strip of states."""

    count: int = Field(default=5, ge=1, le=100, description="number of states, besides the original")
    spacing: Literal["psnr", "even"] = Field(
        default="psnr", description="choice of the states: by equal gains of PSNR, or evenly among those that were kept"
    )
    caption: bool = Field(default=True, description="write the step and the PSNR below each state")


def strip_settings(settings: Mapping[str, Any]) -> Strip:
    """Return the settings of a strip.

    Raises:
        LimnerError: a setting is unknown, or a value is invalid.
    """
    return validate(Strip, settings, "strip")


def check_strip(path: Path, *, force: bool, argument: str = "`strip`") -> None:
    """Raise an error if a strip cannot be written to a path, before long work begins.

    Raises:
        LimnerError: the suffix is not supported, or the file cannot be written.
    """
    if path.suffix.lower() not in FORMATS:
        raise LimnerError(f"{path}: a strip is written as {', '.join(FORMATS)}; choose one of these endings")
    check_target(path, force=force, argument=argument)


def write_strip(
    path: Path,
    states: FitStates,
    backend: Backend,
    settings: Strip | None = None,
    *,
    size: tuple[int, int] | None = None,
    force: bool = False,
) -> None:
    """Write a page with the original and some states from left to right; several images are rows.

    Args:
        path: the PNG, JPEG or WebP file to write, by its suffix.
        states: the states.
        backend: the array backend that renders them.
        settings: the settings of the strip.
        size: width and height of each picture, in pixels. Default: 256 pixels on the longer side.
        force: whether to overwrite an existing file.

    Raises:
        LimnerError: the file cannot be written, a state cannot be rendered, or the page is too large.
    """
    check_strip(path, force=force)
    settings = settings or Strip()
    cell = Canvas(size or _default_size(states.result.size)).size
    chosen = chosen_states(states.states, settings.count, settings.spacing)
    rows = min(MAX_ROWS, states.images)
    if max((cell[0] + GAP) * (len(chosen) + 1), (cell[1] + GAP) * rows) > MAX_PAGE_SIDE:
        raise LimnerError(f"{path}: the strip would be too large; choose a smaller `size`, or fewer strip.count")
    originals = Original(states.original(), states.images).pictures(cell)[:rows]
    columns = [
        [art.render(cell, backend=backend) for art in states.pictures(states.artwork(index))[:rows]] for index in chosen
    ]
    captions = ["original", *(caption_of(states[index], ", ") for index in chosen)] if settings.caption else []
    page = _page([originals, *columns], captions)
    format_name, options = FORMATS[path.suffix.lower()]
    with atomic_write(path, force=force) as file:
        page.save(file, format=format_name, **options)


def chosen_states(states: Sequence[KeptState], count: int, spacing: Literal["psnr", "even"] = "psnr") -> list[int]:
    """Return the indices of the states of a strip, in order, from the first to the last; all if there are few.

    With the spacing ``psnr``, the best PSNR so far rises by about equal amounts from one to the next.
    """
    n = len(states)
    if n <= count:
        return list(range(n))
    if count == 1:
        return [n - 1]
    if spacing == "even":
        return [round(k * (n - 1) / (count - 1)) for k in range(count)]
    best = np.maximum.accumulate([min(state.psnr, 200.0) for state in states])
    chosen = [0]
    for k in range(1, count - 1):
        goal = best[0] + (best[-1] - best[0]) * k / (count - 1)
        nearest = int(np.argmin(np.abs(best - goal)))
        chosen.append(min(max(nearest, chosen[-1] + 1), n - count + k))
    return [*chosen, n - 1]


def _default_size(artwork: tuple[int, int]) -> tuple[int, int]:
    """Return the size of each picture for the size of an artwork, with the same aspect ratio."""
    width, height = (max(1, round(side * DEFAULT_SIDE / max(artwork))) for side in artwork)
    return width, height


def _caption_lines(caption: str, width: int, font: int) -> list[str]:
    """Return a caption as one line, or as step and PSNR below each other if it is too wide."""
    fits = label_font(font).getlength(caption) <= width
    return [line for part in ([caption] if fits else caption.split(", ")) for line in wrap_text(part, width, font, 1)]


def _page(columns: Sequence[Sequence[np.ndarray]], captions: Sequence[str]) -> Image:
    """Return the page: pictures of one size in columns, each with its caption below."""
    from PIL import Image, ImageDraw

    height, width = columns[0][0].shape[:2]
    font = min(20, max(11, round(width / 16)))
    words = [_caption_lines(caption, width, font) for caption in captions]
    below = max(map(len, words), default=0) * (font + 4) + (4 if words else 0)
    grid = GridLayout((width, height), len(columns), len(columns[0]), gap=GAP, left=GAP, top=GAP)
    right, bottom = grid.end
    page = Image.new("RGB", (right + GAP, bottom + GAP + below), PAPER)
    pen = ImageDraw.Draw(page)
    for i, column in enumerate(columns):
        for j, pixels in enumerate(column):
            rgb = pixels if pixels.shape[2] > 2 else np.repeat(pixels[..., :1], 3, axis=2)
            page.paste(Image.fromarray(composite_on_white(rgb)), grid.cell_origin(i, j))
        for line, part in enumerate(words[i] if words else ()):
            left = grid.cell_origin(i, 0)[0]
            pen.text((left, bottom + GAP // 2 + line * (font + 4)), part, fill=INK, font=label_font(font))
    return page
