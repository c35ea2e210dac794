"""Movies that Pillow reads, GIF, WebP, APNG and single PNGs, and the stills that they are made of."""

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
    """The frames of a movie whose format Pillow calls ``kind``.

    Raises:
        ArtworkError: it is damaged.
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
    """What Pillow finds beside the pixels.

    Raises:
        ArtworkError: the file is damaged.
    """
    with damage_errors(path, kind), _open(path, kind) as image:
        return {str(key): value for key, value in image.info.items()}


def encode_still(pixels: np.ndarray, kind: str, **options: Any) -> bytes:
    """Return one picture as a file of the format that Pillow calls ``kind``, with the options of its ``save``."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(out, kind, **options)
    return out.getvalue()


def _open(path: Path, kind: str) -> ImageFile:
    from PIL import Image

    return Image.open(path, formats=(kind,))


@contextmanager
def damage_errors(path: Path, kind: str) -> Iterator[None]:
    """Whatever fails is told as damage, and what Pillow only warns of is damage too. Do not yield inside.

    Raises:
        ArtworkError: the message is led by the path.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield
    except OSError as error:
        reason = f"cannot be read: {error.strerror}" if error.strerror else f"is damaged, or no {kind}"
        raise ArtworkError(f"{path}: {reason}") from error
    except Exception as error:  # Pillow raises whatever a damaged file leads it to
        raise ArtworkError(f"{path}: is damaged, or no {kind}") from error
