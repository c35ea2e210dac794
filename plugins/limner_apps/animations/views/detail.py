"""A point of a picture around which there is something to see when one zooms in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, log2
from typing import TYPE_CHECKING

import numpy as np

from limner_apps.animations.views.frames import Vector
from limner_apps.animations.views.viewport import Viewport

if TYPE_CHECKING:
    from limner.app.artworks import Artwork

SIDE = 48
"""The short side of the views that are compared, in pixels."""
REACH = 0.8
"""The largest distance of the point from the middle, relative to that of the edge."""
GRID = 4
"""The number of places along each side of a view that are tried."""
PREFERENCE = 1.25
"""How much more detail another point must have than the middle."""


@lru_cache(maxsize=4)
def detailed_point(artwork: Artwork, factor: float) -> Vector:
    """Return a point of a picture around which all views up to an enlargement have much detail.

    Places are tried on a grid, then on finer ones around the best place, each closer up by a factor of 2. The middle is
    preferred unless another point has clearly more detail. The last results are kept, since several trajectories are
    made for a movie.

    Args:
        artwork: the artwork, which is painted point by point.
        factor: the largest enlargement.
    """
    viewport, size = Viewport(artwork), _small(artwork.size)
    reach = np.asarray(artwork.size) / min(artwork.size) * REACH
    best, levels = np.zeros(2), max(1, ceil(log2(factor)))
    for level in range(1, levels + 1):
        scale = min(2.0**level, factor)
        spread = np.asarray(artwork.size) / min(artwork.size) / scale * (1.0 if level > 1 else 2.0 * REACH)
        steps = np.linspace(-0.5, 0.5, GRID)
        places = [best + spread * (x, y) for y in steps for x in steps]
        inside = [np.clip(place, -reach, reach) for place in places]
        best = max([best, *inside], key=lambda place: _detail(viewport, size, place, scale))
    depths = [min(2.0**level, factor) for level in range(1, levels + 1)]
    found, middle = (min(_detail(viewport, size, place, scale) for scale in depths) for place in (best, np.zeros(2)))
    if found <= PREFERENCE * middle:
        return 0.0, 0.0
    return round(float(best[0]), 4), round(float(best[1]), 4)


def _detail(viewport: Viewport, size: tuple[int, int], place: Sequence[float] | np.ndarray, scale: float) -> float:
    """Return how much detail a view has that is enlarged around a point.

    It is the mean square root of the differences of neighbouring pixels. The root counts an edge less than the same
    change spread over the view.
    """
    fixed = float(place[0]), float(place[1])
    view = viewport.at(scale=scale, fixed=fixed).render(size, backend="numpy").astype(np.float64) / 255.0
    down, along = np.abs(np.diff(view, axis=0)), np.abs(np.diff(view, axis=1))
    return float(np.sqrt(down).mean() + np.sqrt(along).mean())


def _small(size: tuple[int, int]) -> tuple[int, int]:
    """Return a small size of the same shape."""
    shrink = max(1.0, min(size) / SIDE)
    return max(2, round(size[0] / shrink)), max(2, round(size[1] / shrink))
