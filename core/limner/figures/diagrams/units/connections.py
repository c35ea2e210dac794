"""Connections between columns of units: lines whose strength and colour show the weights, and bands for blocks."""

from __future__ import annotations

from collections import defaultdict
from math import isfinite
from typing import TYPE_CHECKING

from limner.figures.diagrams.svg.group import Group
from limner.figures.diagrams.svg.theme import STRENGTHS
from limner.figures.diagrams.units.ports import Port, UnitColumn

if TYPE_CHECKING:
    import numpy as np

MAX_PLAIN_LINES = 300
"""The largest number of lines between two columns if weights are unknown; more become a band."""
MAX_LINES = 160
"""The largest number of lines between two columns if weights are known; those of the strongest weights are drawn."""


class Connections:
    """The lines of a network, collected by their class, so that each class is a single path."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = defaultdict(list)
        self._bands = Group()
        self.cut = False
        """Whether lines of weak weights were omitted."""

    def connect(self, left: UnitColumn, right: UnitColumn, weights: np.ndarray | None) -> None:
        """Connect two columns; ``weights`` is a matrix ``(right, left)``, or None if it is unknown."""
        if any(port.reach for port in right.ports):
            self._band(left.x + left.radius, (left.top, left.bottom), right.x - right.radius, right)
            return
        for port in left.ports:
            if port.reach:
                extent = (port.y - port.reach, port.y + port.reach)
                self._band(left.x + left.radius, extent, right.x - right.radius, right)
        units = [port for port in left.ports if not port.reach]
        if weights is None and len(units) * len(right.ports) > MAX_PLAIN_LINES:
            self._band(left.x + left.radius, (left.top, left.bottom), right.x - right.radius, right)
            return
        largest = 0.0
        if weights is not None:
            columns = [port.first for port in units]
            largest = float(abs(weights[:, columns]).max()) if columns and weights.size else 0.0
        least = _least_drawn(weights, units, largest)
        for a in units:
            for b in right.ports:
                style = "plain"
                if weights is not None:
                    weight = float(weights[b.first, a.first])
                    if abs(weight) < least:
                        self.cut = True
                        continue
                    style = _style(weight, least, largest)
                self._line(left, a, right, b, style)

    def one_to_one(self, left: UnitColumn, right: UnitColumn) -> None:
        """Connect each unit of a column with that of the same index."""
        targets = {port.first: port for port in right.ports}
        for port in left.ports:
            if port.first in targets:
                self._line(left, port, right, targets[port.first], "line")

    def draw(self, group: Group) -> bool:
        """Draw the bands, then the lines from weak to strong; return whether any line shows a weight."""
        group.place(self._bands, 0.0, 0.0)
        order = ["plain", *(f"{sign}{i}" for i in range(STRENGTHS) for sign in "np"), "line"]
        for style in order:
            if self._lines[style]:
                group.path("".join(self._lines[style]), style)
        return any(self._lines[style] for style in order[1:-1])

    def _line(self, left: UnitColumn, a: Port, right: UnitColumn, b: Port, style: str) -> None:
        """Add a line; whole numbers keep the file small, as there may be thousands of lines."""
        x, y = round(left.x + left.radius), round(a.y)
        dx, dy = round(right.x - right.radius) - x, round(b.y) - y
        self._lines[style].append(f"M{x} {y}l{dx} {dy}".replace(" -", "-"))

    def _band(self, x1: float, extent: tuple[float, float], x2: float, right: UnitColumn) -> None:
        corners = [(x1, extent[0]), (x2, right.top), (x2, right.bottom), (x1, extent[1])]
        self._bands.polygon(corners, "band")


def _least_drawn(weights: np.ndarray | None, units: list[Port], largest: float) -> float:
    """Return the strength of the weakest weight that is drawn."""
    if weights is None or not units:
        return 0.0
    strengths = abs(weights[:, [port.first for port in units]]).ravel()
    if strengths.size <= MAX_LINES or not largest:
        return 0.0
    strengths.sort()
    return float(strengths[-MAX_LINES])


def _style(weight: float, least: float, largest: float) -> str:
    """Return the class of a line: p or n by the sign of the weight, and its strength between least and largest."""
    share = (abs(weight) - least) / (largest - least) if largest > least else 1.0
    level = min(STRENGTHS - 1, int(share * STRENGTHS)) if isfinite(share) else 0
    return f"{'n' if weight < 0 else 'p'}{level}"
