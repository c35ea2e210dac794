"""Signed distances of points in the plane from the outline of a shape, negative inside.

Each takes coordinates x and y, ``(n,)``, relative to the centre of the shape with y pointing up, and returns ``(n,)``.

Source: I. Quilez, "2D distance functions", iquilezles.org/articles/distfunctions2d.
"""

from __future__ import annotations

from math import atan2, cos, pi, sin, sqrt
from typing import Literal, NamedTuple, TypeAlias

from limner.plugin import Array, namespace

Shape: TypeAlias = Literal["circle", "ring", "box", "rounded-box", "polygon", "star", "line", "cross", "heart"]


class Proportions(NamedTuple):
    """The settings of a shape besides its size; each shape uses some of them.

    Attributes:
        aspect: width of a box over its height.
        thickness: thickness of a ring, line or cross, or rounding of a box, as a fraction of the size.
        sides: sides of a polygon, or tips of a star.
        inner: radius of the notches of a star, as a fraction of that of its tips.
    """

    aspect: float
    thickness: float
    sides: int
    inner: float


def outline(shape: Shape, x: Array, y: Array, size: float, proportions: Proportions) -> Array:
    """Return the distance from a shape whose radius, or half of whose height, is ``size``."""
    aspect, thickness, sides, inner = proportions
    half = 0.5 * thickness * size
    match shape:
        case "circle":
            return length(x, y) - size
        case "ring":
            return namespace(x).abs(length(x, y) - (size - half)) - half
        case "box":
            return box(x, y, aspect * size, size)
        case "rounded-box":
            return box(x, y, aspect * size, size, thickness * size * min(1.0, aspect))
        case "polygon":
            return star(x, y, sides, size, cos(pi / sides))
        case "star":
            return star(x, y, sides, size, inner)
        case "line":
            return segment(x, y, size - half) - half
        case "cross":
            return cross(x, y, size, half)
        case "heart":
            return heart(x * (0.55 / size), y * (0.55 / size)) * (size / 0.55)


def length(x: Array, y: Array) -> Array:
    """Return the distance from the origin."""
    return namespace(x).sqrt(x * x + y * y)


def box(x: Array, y: Array, half_width: Array | float, half_height: Array | float, corner: float = 0.0) -> Array:
    """Return the distance from a rectangle whose corners are rounded with the radius ``corner``."""
    xp = namespace(x)
    right, up = xp.abs(x) - (half_width - corner), xp.abs(y) - (half_height - corner)
    outside = length(xp.maximum(right, 0.0), xp.maximum(up, 0.0))
    return outside + xp.minimum(xp.maximum(right, up), 0.0) - corner


def segment(x: Array, y: Array, half_length: float) -> Array:
    """Return the distance from a line along x, never negative."""
    xp = namespace(x)
    return length(xp.maximum(xp.abs(x) - half_length, 0.0), y)


def cross(x: Array, y: Array, half_length: float, half_width: float) -> Array:
    """Return the distance from two bars at a right angle."""
    xp = namespace(x)
    x, y = xp.abs(x), xp.abs(y)
    right, up = xp.maximum(x, y) - half_length, xp.minimum(x, y) - half_width
    nearer = xp.maximum(right, up)
    outside = length(xp.maximum(right, 0.0), xp.maximum(up, 0.0))
    inside = length(xp.minimum(right + (half_length - half_width), 0.0), xp.minimum(nearer, 0.0))
    return xp.where(nearer > 0, outside, -inside)


def star(x: Array, y: Array, tips: int, radius: float, inner: float) -> Array:
    """Return the distance from a star with tips at ``radius``, one at the top, and notches at ``inner * radius``.

    If ``inner`` is cos(π / tips), the sides are straight: the star is a regular polygon.
    """
    xp = namespace(x)
    half = pi / tips
    # Folded onto half a point of the star: the tip lies at the angle half, the notch on the x axis.
    turns = xp.atan2(x, y) / (2.0 * half)
    angle = 2.0 * half * (turns - xp.floor(turns) - 0.5)
    r = length(x, y)
    tip_x, tip_y = radius * cos(half), radius * sin(half)
    side = atan2(sin(half), cos(half) - inner)  # the direction from the notch to the tip
    along_x, along_y = cos(side), sin(side)
    x, y = r * xp.cos(angle) - tip_x, xp.abs(r * xp.sin(angle)) - tip_y
    step = xp.clip(-(x * along_x + y * along_y), 0.0, tip_y / along_y)
    x, y = x + step * along_x, y + step * along_y
    inside = xp.astype(x * along_y - y * along_x < 0, x.dtype)
    return length(x, y) * (1.0 - 2.0 * inside)


def heart(x: Array, y: Array) -> Array:
    """Return the distance from a heart that reaches from y = -0.55 to 0.55."""
    xp = namespace(x)
    x, y = xp.abs(x), y + _HEART
    lobe = length(x - 0.25, y - 0.75) - sqrt(2.0) / 4.0
    diagonal = 0.5 * xp.maximum(x + y, 0.0)
    below = xp.sqrt(xp.minimum(x * x + (y - 1.0) ** 2, (x - diagonal) ** 2 + (y - diagonal) ** 2))
    return xp.where(x + y > 1.0, lobe, xp.where(x < y, -below, below))


_HEART = (0.75 + sqrt(2.0) / 4.0) / 2.0  # half its height: the tip lies at 0, the tops of the lobes there
