"""The 17 plane groups: their lattices, and one symmetry of each for every element of the point group.

Source: International Tables for Crystallography, volume A, the plane groups 1 to 17.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import cos, radians, sin
from typing import Literal, NamedTuple, TypeAlias

GroupName: TypeAlias = Literal[
    "p1", "p2", "pm", "pg", "cm", "pmm", "pmg", "pgg", "cmm", "p4", "p4m", "p4g", "p3", "p3m1", "p31m", "p6", "p6m"
]
LatticeName: TypeAlias = Literal["oblique", "rectangular", "rhombic", "square", "hexagonal"]
Vector: TypeAlias = tuple[float, float]


class Symmetry(NamedTuple):
    """A motion (u, v) → (a u + b v + s, c u + d v + t) that maps the pattern onto itself, in units of the cell."""

    a: int
    b: int
    c: int
    d: int
    s: Fraction
    t: Fraction

    def after(self, first: Symmetry) -> Symmetry:
        """Return the composition: first the other symmetry, then this one, modulo whole cells."""
        a, b, c, d, s, t = self
        e, f, g, h, p, q = first
        shift = (a * p + b * q + s) % 1, (c * p + d * q + t) % 1
        return Symmetry(a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h, *shift)


@dataclass(frozen=True)
class Group:
    """A lattice, and the generators of the group besides the translations."""

    lattice: LatticeName
    generators: tuple[Symmetry, ...] = ()

    def symmetries(self) -> tuple[Symmetry, ...]:
        """Return all elements modulo whole cells: as many as the point group has."""
        found = [_move(1, 0, 0, 1)]
        for element in found:  # the list grows during the loop
            new = [generator.after(element) for generator in self.generators]
            found += [symmetry for symmetry in new if symmetry not in found]
        return tuple(found)


def sides(lattice: LatticeName, aspect: float, angle: float) -> tuple[Vector, Vector]:
    """Return the two sides of the cell, in units of its width; of the whole, centred rectangle for a rhombic lattice.

    Args:
        lattice: type of the lattice.
        aspect: height over width, used if the lattice leaves it free.
        angle: angle between the sides in degrees, used if the lattice leaves it free.
    """
    if lattice == "oblique":
        return (1.0, 0.0), (aspect * cos(radians(angle)), aspect * sin(radians(angle)))
    if lattice == "rectangular":
        return (1.0, 0.0), (0.0, aspect)
    if lattice == "rhombic":
        return (0.5, aspect / 2), (-0.5, aspect / 2)
    if lattice == "hexagonal":
        return (1.0, 0.0), (-0.5, 3**0.5 / 2)
    return (1.0, 0.0), (0.0, 1.0)


def _move(a: int, b: int, c: int, d: int, s: Fraction = Fraction(0), t: Fraction = Fraction(0)) -> Symmetry:
    return Symmetry(a, b, c, d, s, t)


HANDED: tuple[GroupName, ...] = ("p4", "p6")
"""The groups whose longest waves all have mirrors: only those from √5 or √7 across a cell on tell left from right."""

_HALF = Fraction(1, 2)
_HALF_TURN = _move(-1, 0, 0, -1)
_QUARTER_TURN = _move(0, -1, 1, 0)
_THIRD_TURN = _move(0, -1, 1, -1)
_SIXTH_TURN = _move(1, -1, 1, 0)
_MIRROR = _move(-1, 0, 0, 1)
_SWAP = _move(0, 1, 1, 0)

GROUPS: Mapping[GroupName, Group] = {
    "p1": Group("oblique"),
    "p2": Group("oblique", (_HALF_TURN,)),
    "pm": Group("rectangular", (_MIRROR,)),
    "pg": Group("rectangular", (_move(-1, 0, 0, 1, t=_HALF),)),
    "cm": Group("rhombic", (_SWAP,)),
    "pmm": Group("rectangular", (_HALF_TURN, _MIRROR)),
    "pmg": Group("rectangular", (_HALF_TURN, _move(-1, 0, 0, 1, s=_HALF))),
    "pgg": Group("rectangular", (_HALF_TURN, _move(-1, 0, 0, 1, s=_HALF, t=_HALF))),
    "cmm": Group("rhombic", (_HALF_TURN, _SWAP)),
    "p4": Group("square", (_QUARTER_TURN,)),
    "p4m": Group("square", (_QUARTER_TURN, _MIRROR)),
    "p4g": Group("square", (_QUARTER_TURN, _move(-1, 0, 0, 1, s=_HALF, t=_HALF))),
    "p3": Group("hexagonal", (_THIRD_TURN,)),
    "p3m1": Group("hexagonal", (_THIRD_TURN, _move(0, -1, -1, 0))),
    "p31m": Group("hexagonal", (_THIRD_TURN, _SWAP)),
    "p6": Group("hexagonal", (_SIXTH_TURN,)),
    "p6m": Group("hexagonal", (_SIXTH_TURN, _SWAP)),
}
