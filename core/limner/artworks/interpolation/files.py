"""Files that show an artwork between its buttons: the contact sheet of all pairs, and the movie of a walk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.artworks.interpolation.codes import ButtonWalk, pair_codes, walk_codes
from limner.composition.conditioning import labels_of, training_codes_of
from limner.errors import LimnerError
from limner.figures.contact_sheet import check_sheet, write_sheet
from limner.formats.video_files import check_video_info, open_recorder, video_format_for
from limner.formats.video_format import VideoInfo
from limner.imaging.planes import composite_on_white
from limner.imaging.target import shrunk
from limner.registry.events import FileSaved
from limner.registry.registry import registry
from limner.utils.resources import available_memory

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.stages.backend import Backend

DEFAULT_SIDE = 128
"""The longer side of the pictures on a sheet, in pixels, unless a size is given."""


def check_press_sheet(path: Path, art: Artwork, *, size: tuple[int, int] | None, force: bool) -> None:
    """Raise the errors that ``write_press_sheet`` would raise, before rendering.

    Raises:
        LimnerError: the artwork has no buttons, or too many for a sheet, the pictures do not fit into memory, or the
            file cannot be written.
    """
    count = len(labels_of(art.recipe))
    check_sheet(path, count * count, force=force, argument="`press_sheet`")
    width, height = size or shrunk(art.recipe.size, DEFAULT_SIDE)
    if 4 * count * count * width * height > available_memory():
        raise LimnerError(f"{path}: {count * count} pictures of {width}x{height} do not fit into memory; reduce `size`")


def check_walk(
    path: str,
    art: Artwork,
    walk: ButtonWalk,
    *,
    size: tuple[int, int] | None,
    options: Mapping[str, Any] | None,
    force: bool,
) -> None:
    """Raise the errors that ``write_walk`` would raise, before rendering.

    Raises:
        LimnerError: the movie cannot be written.
    """
    width, height = size or art.recipe.size
    video_format = video_format_for(path, options).stage
    check_video_info(path, video_format, VideoInfo(width=width, height=height, fps=walk.fps), force=force)


def write_press_sheet(
    path: Path, art: Artwork, backend: Backend, *, size: tuple[int, int] | None = None, force: bool = False
) -> None:
    """Write a contact sheet with all pairs of an artwork's buttons.

    Raises:
        LimnerError: the artwork has no buttons, or too many for a sheet, or the file cannot be written.
    """
    labels = labels_of(art.recipe)
    codes = pair_codes(len(labels))
    check_sheet(path, len(codes), force=force, argument="`press_sheet`")
    size = size or shrunk(art.recipe.size, DEFAULT_SIDE)
    raster = art.model.raster_size
    supersample = 1 if raster and raster[0] <= size[0] else 2  # a raster has no detail between its pixels
    cells = []
    for index, code in enumerate(codes):
        i, j = divmod(index, len(labels))
        label = labels[i] if i == j else f"{labels[i]} + {labels[j]}" if i < j else f"{labels[j]} | {labels[i]}"
        cells.append((label, art.press(code).render(size, supersample=supersample, backend=backend)))
    record = {"weights": codes, "recipe": art.recipe.table()}
    write_sheet(path, cells, record, columns=len(labels), force=force)
    registry().emit(FileSaved(path))


def write_walk(
    path: str | Path,
    art: Artwork,
    walk: ButtonWalk,
    backend: Backend,
    *,
    size: tuple[int, int] | None = None,
    options: Mapping[str, Any] | None = None,
    force: bool = False,
) -> int:
    """Write a walk from button to button as a movie, and return its number of frames.

    The suffix of the path selects the format.

    Raises:
        LimnerError: the artwork has no buttons, or the movie cannot be written.
    """
    width, height = size or art.recipe.size
    manifest = json.dumps({"recipe": art.recipe.table(), "walk": walk.model_dump(mode="json")})
    frames = 0
    video = VideoInfo(width=width, height=height, fps=walk.fps, manifest=manifest)
    with open_recorder(path, video, options, force=force, argument="`press_walk`") as recorder:
        for code in walk_codes(training_codes_of(art.recipe), walk):
            recorder.add(composite_on_white(art.press(code).render((width, height), backend=backend)))
            frames += 1
    return frames
