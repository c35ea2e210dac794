"""The cost of rendering large pictures, estimated from a small part before the work starts."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.artworks import saving
from limner.formats import container
from limner.imaging.canvas import Canvas
from limner.utils.resources import format_bytes, format_duration

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.artworks.pixels.rendering import Rendering

LARGE = 100_000_000
"""The number of colours to compute from which the cost is announced; it takes half a minute or so."""
MEASURED = 1 << 20
"""The number of colours that are computed for the estimate."""


@dataclass(frozen=True)
class RenderingCost:
    """The estimated cost of rendering pictures to files.

    Attributes:
        pictures: the number of pictures.
        pixels: the number of pixels of all pictures.
        nbytes: the estimated size of all files.
        seconds: the estimated time.
    """

    pictures: int
    pixels: int
    nbytes: float
    seconds: float

    def __str__(self) -> str:
        what = f"{self.pictures:,} pictures with " if self.pictures > 1 else ""
        size, duration = format_bytes(self.nbytes), format_duration(self.seconds)
        return f"{what}{self.pixels / 1e6:,.0f} megapixels, about {size} on disk, in about {duration}"


def is_large(canvas: Canvas, pictures: int = 1) -> bool:
    """Return whether rendering pictures on a canvas is so much work that its cost is announced."""
    width, height = canvas.output_size
    return pictures * width * height * canvas.supersample**2 >= LARGE


def rendering_cost(
    artwork: Artwork,
    path: Path,
    rendering: Rendering,
    options: Mapping[str, Any] | None = None,
    *,
    pictures: int = 1,
    force: bool = False,
) -> RenderingCost | None:
    """Return the estimated cost of rendering an artwork; None if it is small, or if the file has no pixels.

    A part from the middle is rendered and encoded in memory; its time and size are extrapolated.

    Args:
        artwork: the artwork, or the first of several similar ones.
        path: the output file, or the first of several.
        rendering: the settings that the pixels are rendered with.
        options: settings of the image format.
        pictures: the number of pictures.
        force: whether an existing file may be overwritten.

    Raises:
        LimnerError: the picture cannot be saved to the file, see ``saving.check``, or cannot be rendered.
    """
    if path.suffix.lower() == container.SUFFIX or not is_large(rendering.canvas, pictures):
        return None
    contents = saving.Contents(artwork.model, artwork.theta, artwork.packages)
    spec = saving.check(path, contents, rendering, options, force=force)
    part = replace(rendering, canvas=_part(rendering.canvas))
    width, height = rendering.canvas.output_size
    share = width * height / (part.canvas.output_size[0] * part.canvas.output_size[1])
    file, start = io.BytesIO(), time.perf_counter()
    saving.write(file, spec, contents, part, theta_external=True, progress=None)
    seconds = time.perf_counter() - start
    nbytes = file.getbuffer().nbytes * share + artwork.theta.nbytes
    return RenderingCost(pictures, pictures * width * height, pictures * nbytes, pictures * seconds * share)


def _part(canvas: Canvas) -> Canvas:
    """Return the canvas of a part around the middle, with about ``MEASURED`` samples."""
    left, top, width, height = canvas.effective_region
    side = max(1, round((MEASURED / canvas.supersample**2) ** 0.5))
    part_width, part_height = min(width, side), min(height, side)
    region = left + (width - part_width) // 2, top + (height - part_height) // 2, part_width, part_height
    return replace(canvas, region=region)
