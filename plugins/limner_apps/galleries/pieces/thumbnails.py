"""Thumbnails in several widths, made from the pixels of a file."""

from __future__ import annotations

import io
from collections import deque
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from limner.app import ArtworkError
from limner.app.pictures import decoded, shrunk

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

    from limner.app.artworks import Artwork, Movie, RenderSettings
    from limner.plugin import VideoFormat

WIDTHS = (240, 480, 960)
"""Widths of thumbnails, in pixels."""
MAX_SIDE = 4096
"""Maximum longer side of a thumbnail, in pixels."""
MAX_VIEW = 2048
"""Maximum longer side of the picture that replaces a file which browsers cannot show, in pixels."""
QUALITY, VIEW_QUALITY = 80, 92
"""WebP quality of thumbnails and of views."""
EFFORT = 2
"""Effort of the WebP encoder; at 4, it takes twice as long for files that are 4 % smaller."""
LIGHT = 0.75
"""Mean level, 0 to 1, above which the visible part of a transparent picture would hardly be seen on white."""
RENDERED_SUFFIXES = (".svg", ".pdf", ".limner")
"""Files that Pillow cannot read; they are rendered from their recipe."""


class Thumbnail(NamedTuple):
    """A thumbnail: width and height in pixels, and its content as WebP."""

    width: int
    height: int
    content: bytes


def open_pixels(path: Path, art: Artwork) -> tuple[Image, tuple[int, int]]:
    """Return the picture of a file and its size; if Pillow cannot read it, or it is too large, a small rendering.

    Raises:
        ArtworkError: the pixels are damaged.
    """
    from PIL import Image, UnidentifiedImageError

    if path.suffix.lower() not in RENDERED_SUFFIXES:
        try:
            with decoded(path) as image:
                return _to_rgb(image), image.size
        except (Image.DecompressionBombError, Image.DecompressionBombWarning, UnidentifiedImageError):
            pass
        except Exception as error:  # Pillow raises many kinds of errors for damaged files
            raise ArtworkError(f"{path}: the picture is damaged or incomplete ({error})") from error
    if art.render_settings is None:
        return Image.fromarray(art.render(shrunk(art.recipe.size, MAX_VIEW // 2))), art.recipe.size
    return Image.fromarray(_render_small(art, art.render_settings)), art.render_settings.region[2:]


def _render_small(art: Artwork, settings: RenderSettings) -> np.ndarray:
    """Render a small version of what a file shows, which may be a region of the picture."""
    out = shrunk(settings.region[2:], MAX_VIEW // 2)
    scale = out[0] / settings.region[2]
    width, height = (max(1, round(side * scale)) for side in settings.size)
    across, down = min(out[0], width), min(out[1], height)
    left = min(round(settings.region[0] * scale), width - across)
    top = min(round(settings.region[1] * scale), height - down)
    return art.render((width, height), (left, top, across, down), time=settings.time)


def still_of(path: Path, video_format: VideoFormat, movie: Movie | None) -> Image:
    """Return the frame that stands for a movie: the first of a loop, otherwise the last, which shows the result.

    Args:
        path: the file.
        video_format: its format.
        movie: the movie; None if it has no parameters.

    Raises:
        ArtworkError: the movie is damaged, or has no frames.
    """
    from PIL import Image

    first = movie is not None and movie.closes()
    frames = deque(islice(video_format.read_frames(path), 1 if first else None), maxlen=1)
    if not frames:
        raise ArtworkError(f"{path}: the movie has no frames")
    return Image.fromarray(frames[0].pixels)


def make_thumbnails(image: Image) -> list[Thumbnail]:
    """Return a thumbnail for each of ``WIDTHS`` below the picture's width, smallest first; or one of its own width."""
    from PIL import Image

    sizes: dict[int, tuple[int, int]] = {}
    for width in [w for w in WIDTHS if w < image.width] or [image.width]:
        size = shrunk((width, max(1, round(image.height * width / image.width))), MAX_SIDE)
        sizes.setdefault(size[0], size)
    small = {size: image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0) for size in sizes.values()}
    return [Thumbnail(*size, _webp(picture, QUALITY)) for size, picture in small.items()]


def make_view(image: Image) -> Thumbnail:
    """Return the picture for a page whose file browsers cannot show."""
    from PIL import Image

    size = shrunk(image.size, MAX_VIEW)
    small = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return Thumbnail(*size, _webp(small, VIEW_QUALITY))


def mean_color(image: Image) -> str:
    """Return the mean colour, as CSS writes it: the placeholder until a picture is loaded, also behind transparency.

    Transparent areas count as white, or as dark gray if what is visible is light, so that it stays visible.
    """
    from PIL import Image

    if image.mode == "RGBA":
        premultiplied = image.convert("RGBa").resize((1, 1), reducing_gap=2.0)
        *visible, opacity = premultiplied.getpixel((0, 0))  # type: ignore[misc]
        is_light = sum(visible) > 3 * LIGHT * opacity
        image = Image.alpha_composite(Image.new("RGBA", image.size, "#282828" if is_light else "white"), image)
    small = image.convert("RGB").resize((1, 1), reducing_gap=2.0)
    red, green, blue = small.getpixel((0, 0))  # type: ignore[misc]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _to_rgb(image: Image) -> Image:
    """Return a picture in 8-bit RGB, or in RGBA if it has transparency."""
    if image.mode.startswith("I;16"):
        return image.point(lambda level: level / 256).convert("L").convert("RGB")
    transparent = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    return image.convert("RGBA" if transparent else "RGB")


def _webp(image: Image, quality: int) -> bytes:
    """Return a picture as WebP."""
    file = io.BytesIO()
    image.save(file, "WEBP", quality=quality, method=EFFORT)
    return file.getvalue()
