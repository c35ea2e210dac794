"""The contact sheet of all pairs of an artwork's buttons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from limner.artworks.interpolation.codes import pair_codes
from limner.composition.conditioning import labels_of
from limner.errors import LimnerError
from limner.figures.contact_sheet import check_sheet, write_sheet
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
