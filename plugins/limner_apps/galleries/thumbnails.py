"""Small pictures, at several widths, made of a file's own pixels."""

from __future__ import annotations

import io
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from limner.app import ArtworkError
from limner.app.pictures import decoded, shrunk

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

    from limner.app.artworks import Artwork, RenderSettings
    from limner.plugin import VideoFormat

WIDTHS = (240, 480, 960)
TALLEST = 4096
LARGEST = 2048
"""The longer side of a picture that stands in for one which browsers do not show."""
QUALITY, FINE = 80, 92
EFFORT = 2
"""Of the encoder: at 4 it takes twice as long for 4 % less."""
PAINTED = (".svg", ".pdf", ".limner")
"""Files whose pixels Pillow does not read: they are painted again, small."""


class Thumbnail(NamedTuple):
    """A small picture in WebP."""

    width: int
    height: int
    content: bytes


def pixels_of(path: Path, art: Artwork) -> tuple[Image, tuple[int, int]]:
    """A file's picture and its size; where Pillow does not read it, or it is too large, the artwork painted small.

    Raises:
        ArtworkError: the pixels are damaged.
    """
    from PIL import Image, UnidentifiedImageError

    if path.suffix.lower() not in PAINTED:
        try:
            with decoded(path) as image:
                return _plain(image), image.size
        except (Image.DecompressionBombError, Image.DecompressionBombWarning, UnidentifiedImageError):
            pass
        except Exception as error:  # Pillow raises whatever a damaged file leads it to
            raise ArtworkError(f"{path}: the picture is damaged or incomplete ({error})") from error
    if art.render_settings is None:
        return Image.fromarray(art.render(shrunk(art.recipe.size, LARGEST // 2))), art.recipe.size
    return Image.fromarray(_again(art, art.render_settings)), art.render_settings.region[2:]


def _again(art: Artwork, shown: RenderSettings) -> np.ndarray:
    """What a file shows, painted small: a part of the picture where it shows a part."""
    out = shrunk(shown.region[2:], LARGEST // 2)
    scale = out[0] / shown.region[2]
    width, height = (max(1, round(side * scale)) for side in shown.size)
    across, down = min(out[0], width), min(out[1], height)
    left = min(round(shown.region[0] * scale), width - across)
    top = min(round(shown.region[1] * scale), height - down)
    return art.render((width, height), (left, top, across, down), time=shown.time)


def last_of(path: Path, video_format: VideoFormat) -> Image:
    """The last frame of a movie: what it all leads to.

    Raises:
        ArtworkError: the movie is damaged, or has no frame.
    """
    from PIL import Image

    frames = deque(video_format.read_frames(path), maxlen=1)
    if not frames:
        raise ArtworkError(f"{path}: the movie holds no frame")
    return Image.fromarray(frames[0].pixels)


def thumbs_of(image: Image) -> list[Thumbnail]:
    """The picture at each width below its own, the smallest first; at its own where that is small."""
    from PIL import Image

    sizes: dict[int, tuple[int, int]] = {}
    for width in [w for w in WIDTHS if w < image.width] or [image.width]:
        size = shrunk((width, max(1, round(image.height * width / image.width))), TALLEST)
        sizes.setdefault(size[0], size)
    small = {size: image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0) for size in sizes.values()}
    return [Thumbnail(*size, _webp(picture, QUALITY)) for size, picture in small.items()]


def stand_in(image: Image) -> Thumbnail:
    """The picture for a page, where browsers do not show its file."""
    from PIL import Image

    size = shrunk(image.size, LARGEST)
    small = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return Thumbnail(*size, _webp(small, FINE))


def tone_of(image: Image) -> str:
    """The mean colour, as CSS writes it: what stands in a picture's place until it is there."""
    small = image.convert("RGB").resize((1, 1), reducing_gap=2.0)
    red, green, blue = small.getpixel((0, 0))  # type: ignore[misc]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _plain(image: Image) -> Image:
    if image.mode.startswith("I;16"):
        return image.point(lambda level: level / 256).convert("L").convert("RGB")
    clear = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    return image.convert("RGBA" if clear else "RGB")


def _webp(image: Image, quality: int) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", quality=quality, method=EFFORT)
    return file.getvalue()
