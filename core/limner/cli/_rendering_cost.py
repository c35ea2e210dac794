"""The cost of large pictures, and notes about their files, printed before they are rendered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.console.output import print_note

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.artworks.pixels.rendering import Rendering
    from limner.imaging.canvas import Canvas
    from limner.stages.backend import Backend


def print_cost(
    artwork: Artwork,
    path: Path,
    canvas: Canvas,
    backend: Backend,
    finish: Mapping[str, Any],
    *,
    pictures: int = 1,
    force: bool,
    quiet: bool,
) -> None:
    """Print pixels, size on disk and time of large pictures, and notes about their files and their bleed.

    Args:
        artwork: the artwork, or the first of several similar ones.
        path: the output file, or the first of several.
        canvas: size, region, samples and time of each picture.
        backend: the array backend.
        finish: ``bits``, ``dither``, ``dpi`` and ``options`` of ``Artwork.save``.
        pictures: the number of pictures.
        force: whether existing files may be overwritten.
        quiet: whether notes are hidden; then nothing is estimated.

    Raises:
        LimnerError: no format has the bit depth, or the picture cannot be saved to the file, or cannot be rendered.
    """
    if quiet:
        return
    from limner.artworks.pixels.rendering import Rendering
    from limner.artworks.preflight.cost import rendering_cost

    settings = {name: value for name, value in finish.items() if name in ("bits", "dither", "dpi")}
    rendering = Rendering(canvas, backend, **settings)
    _print_file_notes(artwork, path, rendering, finish.get("options"), quiet=quiet)
    cost = rendering_cost(artwork, path, rendering, finish.get("options"), pictures=pictures, force=force)
    if cost:
        print_note(f"{path if pictures == 1 else path.parent}: {cost}", quiet=quiet)


def _print_file_notes(
    artwork: Artwork, path: Path, rendering: Rendering, options: Mapping[str, Any] | None, *, quiet: bool
) -> None:
    """Print what a picture's format has to say about its file, and whether its bleed mirrors it.

    Raises:
        LimnerError: the format cannot store the picture.
    """
    from limner.artworks.pixels.bleed import is_mirrored
    from limner.formats.container import SUFFIX
    from limner.formats.image_files import check_image_info, image_format_for

    if path.suffix.lower() == SUFFIX:
        return
    rendering, format_options = rendering.with_options(path, options)
    image_format, info = image_format_for(path, format_options).stage, rendering.info(artwork.model)
    check_image_info(path, image_format, info)
    if note := image_format.describe(info):
        print_note(f"{path}: {note}", quiet=quiet)
    if info.bleed and is_mirrored(artwork.model, artwork.theta):
        print_note(f"{path}: nothing is learned beyond the edges, so the bleed mirrors the picture", quiet=quiet)
