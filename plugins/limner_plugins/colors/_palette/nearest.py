"""The position in a gradient of the colour nearest to a colour."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from limner.plugin import Array, device, namespace

LEVELS, POSITIONS = 40, 256
"""Levels of each channel in the table, and positions in the gradient that are compared."""


class NearestPosition:
    """The position in a gradient of the colour nearest to a colour, by distance in RGB, from a table.

    Args:
        gradient: the RGB colours ``(3, n)`` at positions ``(n,)`` from 0 to 1.
    """

    def __init__(self, gradient: Callable[[np.ndarray], np.ndarray]) -> None:
        places, level = np.linspace(0.0, 1.0, POSITIONS), np.linspace(0.0, 1.0, LEVELS)
        colours = gradient(places).astype(np.float32)
        squares, double = (colours * colours).sum(axis=0), 2.0 * colours
        cube = np.stack(np.meshgrid(level, level, level, indexing="ij"), axis=-1, dtype=np.float32)
        lines = cube.reshape(-1, LEVELS, 3)  # one line after the other: all distances together are 64 MiB
        # Distances less the square of the cube's colour, which is the same for all positions.
        nearest = [(squares - line @ double).argmin(axis=1) for line in lines]
        self._table = places[np.concatenate(nearest)]

    def __call__(self, rgb: Array) -> Array:
        """Return the positions of RGB ``(3, n)``, the same in each of three rows, ``(3, n)``."""
        xp = namespace(rgb)
        table = xp.asarray(self._table, dtype=rgb.dtype, device=device(rgb))
        level = xp.astype(xp.round((LEVELS - 1) * xp.clip(rgb, 0.0, 1.0)), xp.int64)
        place = xp.take(table, (level[0, :] * LEVELS + level[1, :]) * LEVELS + level[2, :], axis=0)
        return xp.stack([place, place, place])
