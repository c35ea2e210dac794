"""The cost of rendering large pictures, estimated from a small part before the work starts."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.artworks import saving
from limner.artworks.pixels.rendering import Rendering
from limner.formats import container
from limner.formats.image_files import image_format_for
from limner.imaging.canvas import Canvas
from limner.utils.resources import format_bytes, format_duration

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.composition.stage_spec import StageSpec
    from limner.formats.image_format import ImageFormat
    from limner.stages.backend import Backend

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
    width, height = rendering.canvas.output_size
    return _extrapolated(spec, contents, rendering, pictures, pictures * width * height)


def series_cost(
    make_artwork: Callable[[], Artwork], sizes: Sequence[tuple[int, int]], backend: Backend, suffix: str = ".png"
) -> RenderingCost | None:
    """Return the estimated cost of rendering several similar artworks; None if it is small.

    Args:
        make_artwork: returns one of the artworks; called only if the pictures are large.
        sizes: width and height of each picture, in pixels.
        backend: the array backend.
        suffix: the suffix of the files.

    Raises:
        LimnerError: the artwork cannot be rendered.
    """
    pixels = sum(width * height for width, height in sizes)
    if pixels < LARGE:
        return None
    rendering = Rendering(Canvas(max(sizes, key=lambda size: size[0] * size[1])), backend)
    artwork = make_artwork()
    contents = saving.Contents(artwork.model, artwork.theta, artwork.packages)
    return _extrapolated(image_format_for(Path(f"a{suffix}"), {}), contents, rendering, len(sizes), pixels)


def _extrapolated(
    spec: StageSpec[ImageFormat], contents: saving.Contents, rendering: Rendering, pictures: int, pixels: int
) -> RenderingCost:
    """Return the cost of pictures with ``pixels`` pixels in all, extrapolated from a part of one of them."""
    part = replace(rendering, canvas=_part(rendering.canvas))
    width, height = part.canvas.output_size
    file, start = io.BytesIO(), time.perf_counter()
    saving.write(file, spec, contents, part, theta_external=True, progress=None)
    share = pixels / (width * height)
    seconds = (time.perf_counter() - start) * share
    return RenderingCost(pictures, pixels, file.getbuffer().nbytes * share + pictures * contents.theta.nbytes, seconds)


def _part(canvas: Canvas) -> Canvas:
    """Return the canvas of a part around the middle, with about ``MEASURED`` samples."""
    canvas = replace(canvas, bleed=0)
    left, top, width, height = canvas.effective_region
    side = max(1, round((MEASURED / canvas.supersample**2) ** 0.5))
    part_width, part_height = min(width, side), min(height, side)
    region = left + (width - part_width) // 2, top + (height - part_height) // 2, part_width, part_height
    return replace(canvas, region=region)
