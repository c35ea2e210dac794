"""The digest of the pixels in a file."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from limner.formats.image_format import ImageInfo


class PixelDigest:
    """A SHA-256 digest of a picture, computed band by band.

    It covers the picture's shape, then the samples row by row, little-endian. Call the object to get the digest.
    """

    def __init__(self, info: ImageInfo) -> None:
        self._hash = hashlib.sha256(f"{info.width}x{info.height}x{info.channels}x{info.bits}\n".encode())
        self._dtype = "<u1" if info.bits == 8 else "<u2"

    def update(self, band: np.ndarray) -> None:
        """Add the next band of rows, ``(rows, width, channels)``."""
        self._hash.update(np.ascontiguousarray(band, dtype=self._dtype).data)

    def __call__(self) -> str:
        """Return the digest of all bands so far, ``sha256:`` and 64 hexadecimal digits."""
        return f"sha256:{self._hash.hexdigest()}"
