"""A small preview in a terminal: each character shows two pixels, as half blocks in 24-bit colour."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from limner.console.streams import write_message
from limner.console.terminal import takes_colors

if TYPE_CHECKING:
    import numpy as np

MAX_COLUMNS = 48  # characters
UPPER_HALF = "▀"


def is_supported() -> bool:
    """Return whether standard error is a terminal that announces 24-bit colour and Unicode."""
    if not takes_colors():
        return False
    encoding = (sys.stderr.encoding or "").lower()
    return os.environ.get("COLORTERM", "") in ("truecolor", "24bit") and encoding.startswith("utf")


def show(pixels: np.ndarray) -> None:
    """Print pixels ``(h, w, 3 or 4)``, uint8, on standard error; transparent ones over black."""
    write_message(to_blocks(pixels), color=True)


def to_blocks(pixels: np.ndarray) -> str:
    """Return the characters that show pixels ``(h, w, 3 or 4)``."""
    import numpy as np

    rgb = pixels[..., :3].astype(float)
    if pixels.shape[2] == 4:
        rgb *= pixels[..., 3:] / 255
    if len(rgb) % 2:
        rgb = np.concatenate([rgb, rgb[-1:]])
    levels = rgb.round().astype(int)
    lines = []
    for top, bottom in zip(levels[::2], levels[1::2], strict=True):
        cells = (
            f"\x1b[38;2;{a[0]};{a[1]};{a[2]};48;2;{b[0]};{b[1]};{b[2]}m{UPPER_HALF}"
            for a, b in zip(top, bottom, strict=True)
        )
        lines.append("".join(cells) + "\x1b[0m")
    return "\n".join(lines)
