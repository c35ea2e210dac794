"""Lattice noise: smooth functions of the plane, built from one square of random numbers that repeats.

Each noise takes points ``(2, n)`` in units of the lattice and the lattice ``(p, p)``, and returns ``(n,)`` numbers
within [-1, 1] whose mean is about 0. It keeps the dtype and device of the points, and repeats after p cells.

Sources: K. Perlin, "Noise hardware", in Real-Time Shading, SIGGRAPH 2001 course notes (simplices); S. Worley,
"A cellular texture basis function", 1996; for value noise on splines, A. Lagae et al., "A survey of procedural noise
functions", 2010.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, pi, sin, sqrt
from typing import Literal, TypeAlias

import numpy as np

from limner.plugin import Array, namespace

PERIOD = 64  # 16 KiB of θ
JITTER = 0.45  # offset of a cell's point from its centre; up to this, 4 x 4 cells contain the nearest two points

Noise: TypeAlias = Callable[[Array, Array], Array]
NoiseName: TypeAlias = Literal["value", "gradient", "cells", "edges"]


def draw_lattice(rng: np.random.Generator, period: int = PERIOD) -> np.ndarray:
    """Return the random numbers, ``(period, period)``, uniform in [-1, 1): a parameter that is not trainable."""
    return rng.uniform(-1.0, 1.0, (period, period)).astype(np.float32)


def value(points: Array, lattice: Array) -> Array:
    """Return value noise: bumps at the corners of a square lattice, quadratic B-splines, so that no squares show.

    Their heights are sin(π/2 u) of the lattice's numbers u: large heights are more common, and the noise is not faint.
    """
    xp, x, y = namespace(points), points[0, :], points[1, :]
    column, row = xp.floor(x + 0.5), xp.floor(y + 0.5)
    height = _Cells(column, row, lattice.shape[0]).reader(xp.sin((pi / 2) * lattice))
    across, total = _spline(x - column), xp.zeros_like(x)
    for down, weight in zip((-1, 0, 1), _spline(y - row), strict=True):
        left, middle, right = (share * height(i, down) for i, share in zip((-1, 0, 1), across, strict=True))
        total = total + weight * (left + middle + right)
    return total


def gradient(points: Array, lattice: Array) -> Array:
    """Return simplex noise: each corner of a triangle has a slope, whose direction is π times the lattice's number.

    A corner at the distance r contributes (1/2 - r²)⁴ of its slope; the sum of the three is divided by its largest
    possible value. Unlike with a square lattice, no direction of the plane is favoured.
    """
    xp, x, y = namespace(points), points[0, :], points[1, :]
    skew = (x + y) * _SKEW
    u, v = x + skew, y + skew
    column, row = xp.floor(u), xp.floor(v)
    u, v = u - column, v - row
    back = (u + v) * _UNSKEW
    x, y = u - back, v - back
    right = u > v  # the triangle of the cell
    i = xp.astype(right, x.dtype)
    cells = _Cells(column, row, lattice.shape[0])
    across, down = cells.reader(xp.cos(pi * lattice)), cells.reader(xp.sin(pi * lattice))

    def middle(slope: _Reader) -> Array:
        return xp.where(right, slope(1, 0), slope(0, 1))

    def share(dx: Array, dy: Array, slope_x: Array, slope_y: Array) -> Array:
        near = xp.maximum(0.5 - dx * dx - dy * dy, xp.zeros_like(dx))
        near = near * near
        return near * near * (slope_x * dx + slope_y * dy)

    total = share(x, y, across(0, 0), down(0, 0))
    total = total + share(x - i + _UNSKEW, y + i + (_UNSKEW - 1.0), middle(across), middle(down))
    total = total + share(x + (2.0 * _UNSKEW - 1.0), y + (2.0 * _UNSKEW - 1.0), across(1, 1), down(1, 1))
    return total * _GAIN


def cellular(points: Array, lattice: Array) -> tuple[Array, Array]:
    """Return the distances F1 and F2 to the nearest two of points scattered one per cell, in lattice units."""
    xp, x, y = namespace(points), points[0, :], points[1, :]
    column, row = xp.floor(x + 0.5), xp.floor(y + 0.5)
    x, y = x - column, y - row
    cells, far = _Cells(column, row, lattice.shape[0]), (lattice.shape[0] // 3, lattice.shape[1] // 2)
    across = cells.reader(JITTER * lattice)
    down = cells.reader(JITTER * xp.roll(lattice, far, axis=(0, 1)))  # the same numbers, read from elsewhere
    first = second = xp.full_like(x, 100.0)
    for j in range(-2, 2):
        for i in range(-2, 2):
            dx, dy = x - (i + 0.5) - across(i, j), y - (j + 0.5) - down(i, j)
            square = dx * dx + dy * dy
            second = xp.minimum(second, xp.maximum(first, square))
            first = xp.minimum(first, square)
    return xp.sqrt(first), xp.sqrt(second)


def cells(points: Array, lattice: Array) -> Array:
    """Return Worley's F1 as 1 - 2 exp(-a F1²): bowls around scattered points, -1 at their centres."""
    nearest, _ = cellular(points, lattice)
    return 1.0 - 2.0 * namespace(nearest).exp(-_BOWL * nearest * nearest)


def edges(points: Array, lattice: Array) -> Array:
    """Return Worley's F2 - F1 as 1 - 2 exp(-a (F2 - F1)): -1 along the borders between cells, as veins in a leaf."""
    nearest, second = cellular(points, lattice)
    return 1.0 - 2.0 * namespace(nearest).exp(-_VEIN * (second - nearest))


NOISES: Mapping[NoiseName, Noise] = {"value": value, "gradient": gradient, "cells": cells, "edges": edges}


def fbm(
    noise: Noise, points: Array, lattice: Array, *, octaves: int = 4, lacunarity: float = 2.0, gain: float = 0.5
) -> Array:
    """Return fractional Brownian motion: octaves of a noise ``(n,)``, within [-1, 1].

    Octave k is ``lacunarity**k`` times as fine and weighs ``gain**k``. Each is rotated and shifted against the one
    before, so that their lattices nowhere coincide and the period of the finer ones does not show.
    """
    xp = namespace(points)
    total, weights = xp.zeros_like(points[0, :]), 0.0
    for octave in range(octaves):
        scale, weight = lacunarity**octave, gain**octave
        c, s = scale * cos(_TURN * octave), scale * sin(_TURN * octave)
        shift_x, shift_y = (lattice.shape[0] * ((octave + 0.5) * step % 1.0) for step in _STEPS)
        x, y = points[0, :], points[1, :]
        total = total + weight * noise(xp.stack([c * x - s * y + shift_x, s * x + c * y + shift_y]), lattice)
        weights += weight
    return total / weights


class _Cells:
    """The positions of the cells of points in a lattice."""

    def __init__(self, column: Array, row: Array, period: int) -> None:
        xp = namespace(column)
        self.width = period + 5
        # Wrapped as floats: far away they exceed the range of integer types.
        column, row = (i - period * xp.floor(i / period) for i in (column, row))
        self.index = xp.astype(row * self.width + column, xp.int64)

    def reader(self, lattice: Array) -> _Reader:
        """Return a function that reads the lattice's numbers some cells, -2 to 2, to the right of and below these.

        The lattice's borders are repeated, so that neighbours need no remainder, which would cost more than all the
        rest.
        """
        xp = namespace(lattice)
        wide = xp.concat([lattice[-2:, :], lattice, lattice[:3, :]], axis=0)
        numbers = xp.reshape(xp.concat([wide[:, -2:], wide, wide[:, :3]], axis=1), (-1,))
        return lambda right, down: xp.take(numbers[(down + 2) * self.width + right + 2 :], self.index)


_Reader: TypeAlias = Callable[[int, int], Array]


def _spline(t: Array) -> tuple[Array, Array, Array]:
    """Return the quadratic B-spline's weights of the corners before, at and after t, -1/2 to 1/2 from the nearest."""
    return 0.5 * (0.5 - t) ** 2, 0.75 - t * t, 0.5 * (0.5 + t) ** 2


_SKEW, _UNSKEW = (sqrt(3.0) - 1.0) / 2.0, (3.0 - sqrt(3.0)) / 6.0
_GAIN = 99.2043  # the inverse of the largest sum of (1/2 - r²)⁴ r over a triangle's corners
_BOWL, _VEIN = 4.14, 3.11  # for a mean of 0, measured
_TURN, _STEPS = 2.4, (0.7548776662466927, 0.5698402909980532)  # the golden angle; the R2 sequence of M. Roberts
