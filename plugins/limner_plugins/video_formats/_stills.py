"""Videos that Pillow reads (GIF, WebP, APNG and single PNGs), and encoded single frames."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.plugin import ArtworkError, DecodedFrame

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

OPAQUE = 255


def decode_frames(path: Path, kind: str) -> Iterator[DecodedFrame]:
    """Yield the frames of a video.

    Args:
        path: the file.
        kind: the name of its format in Pillow.

    Raises:
        ArtworkError: the video is damaged.
    """
    with damage_errors(path, kind):
        image = _open(path, kind)
    with image:
        index, count = 0, 1
        while index < count:
            with damage_errors(path, kind):
                image.seek(index)
                pixels = np.asarray(image.convert("RGBA"))
                seconds = float(image.info.get("duration", 0)) / 1000
                count = getattr(image, "n_frames", 1)
            yield DecodedFrame(pixels[..., :3] if (pixels[..., 3] == OPAQUE).all() else pixels, seconds)
            index += 1


def read_metadata(path: Path, kind: str) -> dict[str, Any]:
    """Return the metadata of a video, as Pillow reads it.

    Args:
        path: the file.
        kind: the name of its format in Pillow.

    Raises:
        ArtworkError: the file is damaged.
    """
    with damage_errors(path, kind), _open(path, kind) as image:
        return {str(key): value for key, value in image.info.items()}


def encode_still(pixels: np.ndarray, kind: str, **options: Any) -> bytes:
    """Return the contents of a file with one picture.

    Args:
        pixels: ``(h, w, 3 or 4)``, uint8.
        kind: the name of the format in Pillow.
        options: options of Pillow's ``save``.
    """
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(out, kind, **options)
    return out.getvalue()


def _open(path: Path, kind: str) -> ImageFile:
    from PIL import Image

    return Image.open(path, formats=(kind,))


@contextmanager
def damage_errors(path: Path, kind: str) -> Iterator[None]:
    """Report any failure in the block, and any warning of Pillow, as damage of a file.

    Generators must not yield inside the block: the warning filter would stay active in the caller.

    Raises:
        ArtworkError: the block failed; the message starts with the path.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield
    except OSError as error:
        reason = f"cannot be read: {error.strerror}" if error.strerror else f"is damaged or not a {kind}"
        raise ArtworkError(f"{path}: {reason}") from error
    except Exception as error:  # a damaged file can make Pillow raise any exception
        raise ArtworkError(f"{path}: is damaged or not a {kind}") from error
