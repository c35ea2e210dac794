"""How far a motion must go to change a picture visibly: measured on small renderings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from limner.app.artworks import Artwork

THUMBNAIL_SIDE = 40
"""The longer side of the small renderings, in pixels."""
VISIBLE_CHANGE = 0.4
"""The change that a motion aims at by default: clearly visible, and still the same picture."""
MIN_CONTRAST = 0.02
"""The least difference of pixels that changes are compared with; plain pictures have none of their own."""
SEARCH_STEPS = 6
MAX_FACTOR = 6.0
"""The largest factor between two distances that the search tries."""


def thumbnail(artwork: Artwork) -> np.ndarray:
    """Return a small rendering of an artwork, ``(h, w, channels)``, float64, levels from 0 to 1."""
    width, height = artwork.size
    scale = THUMBNAIL_SIDE / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return artwork.render(size, supersample=2, bits=16, backend="numpy") / 65535.0


class PictureChange:
    """Measures how much artworks differ from a given one.

    A change is the mean absolute difference of all levels, relative to the same difference after the pixels of the
    picture are shuffled. So it is about 1 for an unrelated picture of the same colours, whatever the contrast.
    """

    def __init__(self, artwork: Artwork) -> None:
        self._pixels = thumbnail(artwork)
        flat = self._pixels.reshape(-1, self._pixels.shape[-1])
        shuffled = np.random.default_rng(0).permutation(flat)
        self._contrast = max(MIN_CONTRAST, float(np.abs(flat - shuffled).mean()))

    def of(self, artworks: Sequence[Artwork]) -> float:
        """Return the mean change of artworks of the same size."""
        return float(np.mean([np.abs(thumbnail(one) - self._pixels).mean() for one in artworks])) / self._contrast


def visible_distance(change_at: Callable[[float], float], start: float, target: float = VISIBLE_CHANGE) -> float:
    """Return the distance at which a picture has changed by about ``target``; 0 if nothing changes it.

    The search multiplies the distance by the ratio of the wanted to the measured change, since small changes are
    proportional to it, in a fixed number of steps: so the result is a continuous function of the measurements.

    Args:
        change_at: function that returns the change at a distance.
        start: the first distance to try.
        target: the wanted change.
    """
    distance, change = start, 0.0
    for _ in range(SEARCH_STEPS):
        change = change_at(distance)
        distance *= min(MAX_FACTOR, max(1 / MAX_FACTOR, target / max(change, 1e-9)))
    return distance if change > 0 else 0.0
