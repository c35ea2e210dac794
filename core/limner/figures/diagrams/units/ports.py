"""Columns of units: circles for few of them, a block for many."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

MAX_CIRCLES = 32
"""The largest number of units that are drawn as circles."""
BLOCK_WIDTH = 24.0


@dataclass(frozen=True)
class Port:
    """A unit or a block of units, where lines begin and end.

    Attributes:
        first: index of its first unit in the column.
        count: number of its units.
        y: the centre.
        reach: half the height of a block; 0 for a circle.
    """

    first: int
    count: int
    y: float
    reach: float = 0.0


@dataclass(frozen=True)
class UnitColumn:
    """The ports of a column.

    Attributes:
        x: the centre.
        radius: radius of the circles, or half the width of the blocks.
        ports: the ports, from top to bottom.
    """

    x: float
    radius: float
    ports: tuple[Port, ...]

    @property
    def top(self) -> float:
        """The smallest y of the ports."""
        return min(port.y - (port.reach or self.radius) for port in self.ports)

    @property
    def bottom(self) -> float:
        """The largest y of the ports."""
        return max(port.y + (port.reach or self.radius) for port in self.ports)


def pitch_for(units: int) -> float:
    """Return the distance of the units of a network whose largest column of circles has this many."""
    return 20.0 if units <= 10 else 17.0 if units <= 16 else 12.5 if units <= 24 else 10.5


def radius_for(units: int) -> float:
    """Return the radius of such units."""
    return 0.38 * pitch_for(units)


def unit_column(x: float, width: int, units: int) -> UnitColumn:
    """Return a column of ``width`` units around the axis; ``units`` is that of the largest column of circles."""
    if width > MAX_CIRCLES:
        return UnitColumn(x, BLOCK_WIDTH / 2, (Port(0, width, 0.0, block_height(width) / 2),))
    pitch = pitch_for(units)
    ports = tuple(Port(i, 1, (i - (width - 1) / 2) * pitch) for i in range(width))
    return UnitColumn(x, radius_for(units), ports)


def block_height(width: int) -> float:
    """Return the height of a block of units, which grows with the logarithm of their number."""
    return min(280.0, 24.0 * log2(width))
