"""A small picture inside a diagram."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from limner.figures.data_urls import data_url

if TYPE_CHECKING:
    import numpy as np

QUALITY = 88
"""The quality of the JPEG, 1 to 100: small, and without visible blocks."""


def picture_url(pixels: np.ndarray) -> str:
    """Return pixels ``(h, w, 3 or 4)``, uint8, as a data URL: a JPEG, or a PNG if they have opacity."""
    from PIL import Image

    file = io.BytesIO()
    if pixels.shape[2] == 4:
        Image.fromarray(pixels).save(file, "PNG", optimize=True)
        return data_url(file.getvalue(), "image/png")
    Image.fromarray(pixels).save(file, "JPEG", quality=QUALITY)
    return data_url(file.getvalue(), "image/jpeg")
