"""Pictures of a single colour, recognised band by band."""

from __future__ import annotations

import numpy as np


class SingleColor:
    """Finds out whether a picture has a single colour, while its bands are written.

    A fully transparent picture counts too, whatever its invisible colours. The cost is small: after two different
    colours, bands are no longer compared.
    """

    def __init__(self) -> None:
        self._first: np.ndarray | None = None
        self._several, self._visible, self._pixels = False, False, 0

    def update(self, band: np.ndarray) -> None:
        """Add the next band of rows, ``(rows, width, 3 or 4)``, uint8 or uint16."""
        if self._several and self._visible:
            return
        self._first = band[0, 0].copy() if self._first is None else self._first
        self._pixels += band.shape[0] * band.shape[1]
        self._several = self._several or bool((band != self._first).any())
        self._visible = self._visible or band.shape[2] == 3 or bool(band[..., 3].any())

    def __call__(self) -> str:
        """Return the only colour, as ``#rrggbb``, ``#rrggbbaa`` or ``transparent``.

        Empty for a picture with several colours, or of a single pixel.
        """
        if self._first is None or self._pixels < 2:
            return ""
        if not self._visible:
            return "transparent"
        if self._several:
            return ""
        levels = self._first >> 8 if self._first.dtype == np.uint16 else self._first
        return "#" + "".join(f"{int(level):02x}" for level in levels)


def single_color(pixels: np.ndarray) -> str:
    """Return the only colour of a picture ``(h, w, 3 or 4)``, see ``SingleColor``; empty if it has several."""
    color = SingleColor()
    color.update(pixels)
    return color()
