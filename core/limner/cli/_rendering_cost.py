"""The cost of large pictures, printed before they are rendered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.console.output import print_note

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
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
    """Print pixels, size on disk and time of large pictures; print nothing about small ones.

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
        LimnerError: the picture cannot be saved to the file, or cannot be rendered.
    """
    if quiet:
        return
    from limner.artworks.pixels.rendering import Rendering
    from limner.artworks.preflight.cost import rendering_cost

    settings = {name: value for name, value in finish.items() if name in ("bits", "dither", "dpi")}
    rendering = Rendering(canvas, backend, **settings)
    cost = rendering_cost(artwork, path, rendering, finish.get("options"), pictures=pictures, force=force)
    if cost:
        print_note(f"{path if pictures == 1 else path.parent}: {cost}", quiet=quiet)
