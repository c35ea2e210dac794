"""A small picture inside a diagram."""

from __future__ import annotations

import io
from base64 import b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

QUALITY = 88


def data_url(pixels: np.ndarray) -> str:
    """Return pixels ``(h, w, 3 or 4)``, uint8, as a data URL: a JPEG, or a PNG if they have opacity."""
    from PIL import Image

    file = io.BytesIO()
    if pixels.shape[2] == 4:
        Image.fromarray(pixels).save(file, "PNG", optimize=True)
        kind = "png"
    else:
        Image.fromarray(pixels).save(file, "JPEG", quality=QUALITY)
        kind = "jpeg"
    return f"data:image/{kind};base64,{b64encode(file.getvalue()).decode('ascii')}"
