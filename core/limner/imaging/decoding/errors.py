"""Errors of Pillow as errors of limner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from limner.errors import LimnerError, PictureError


def is_too_large(error: Exception) -> bool:
    """Return whether Pillow refused a picture for its number of pixels."""
    from PIL import Image

    return isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning)


@contextmanager
def reading_errors(name: str) -> Iterator[None]:
    """Report any error in the block as one of the picture.

    Raises:
        PictureError: the block failed.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        yield
    except LimnerError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        limit = Image.MAX_IMAGE_PIXELS
        raise PictureError(
            f"{name}: has more than {limit} pixels, possibly an attack; make it smaller first"
        ) from error
    except PermissionError as error:
        raise PictureError(f"{name}: cannot be read: permission denied; change its permissions, or copy it") from error
    except UnidentifiedImageError as error:
        raise PictureError(f"{name}: is not a picture that limner can read; save it as PNG or JPEG") from error
    except Exception as error:  # Pillow raises many kinds of errors for damaged files
        raise PictureError(f"{name}: the picture is damaged or incomplete ({error}); replace the file") from error
