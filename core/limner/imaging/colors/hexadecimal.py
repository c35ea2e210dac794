"""Colours as hexadecimal text."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


def hex_colors(colours: np.ndarray | Iterable[Iterable[float]]) -> list[str]:
    """Return sRGB colours ``(k, 3)`` from 0 to 1 as texts ``#rrggbb``, rounded to 8 bits."""
    levels = np.rint(np.clip(np.asarray(colours, dtype=np.float64).reshape(-1, 3), 0.0, 1.0) * 255).astype(int)
    return ["#{:02x}{:02x}{:02x}".format(*row) for row in levels.tolist()]
