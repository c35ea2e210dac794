"""Fit the cells of a lattice into a picture, so that a whole number of repeats fills it along both sides."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import log

from limner_plugins.warps._groups import LatticeName, Vector

WINDOW = 3
"""Numbers of repeats to try on each side of the wanted one."""
DISTORTION_WEIGHT = 4.0
"""Cost of a change of the cells' shape, relative to the same change of their size: the eye sees it sooner."""


def repeat_height(lattice: LatticeName, sides: tuple[Vector, Vector]) -> float:
    """Return the height of the smallest upright rectangle of whole periods, whose width is 1.

    An oblique lattice has none until it is sheared; then it is a row of cells.
    """
    (_, ay), (_, by) = sides
    if lattice == "hexagonal":
        return 2 * by
    return ay + by if lattice == "rhombic" else by


@lru_cache(maxsize=256)
def fitted_sides(
    sides: tuple[Vector, Vector], repeat: float, size: tuple[float, float], cells: float
) -> tuple[Vector, Vector]:
    """Return the sides of a cell in frame coordinates, changed as little as possible so that the picture tiles.

    Args:
        sides: the sides of the cell, in units of its width.
        repeat: the height of a repeat in this unit; see ``repeat_height``.
        size: width and height of the picture in frame coordinates.
        cells: the wanted number of cells across the short side.
    """
    (ax, ay), (bx, by) = sides
    width, height = size
    unit = min(size) / cells

    def cost(numbers: tuple[int, int]) -> float:
        """Return the squares of the logarithms of the changes of shape and of size."""
        x, y = log(width / (numbers[0] * unit)), log(height / (numbers[1] * repeat * unit))
        return DISTORTION_WEIGHT * (x - y) ** 2 + ((x + y) / 2) ** 2

    columns, rows = min(product(_near(width / unit), _near(height / (repeat * unit))), key=cost)
    across, down = width / columns, height / (rows * repeat)
    if repeat == by:  # rows of cells: they start over after all rows, and so the shift of each is a fraction of a cell
        bx = round(rows * bx) / rows
    return (ax * across, ay * down), (bx * across, by * down)


def _near(wanted: float) -> range:
    """Return whole numbers from 1 that are near a wanted number."""
    return range(max(1, round(wanted) - WINDOW), round(wanted) + WINDOW + 1)
