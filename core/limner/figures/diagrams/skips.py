"""Skip connections, drawn as arcs above a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limner.figures.diagrams.svg.group import Group, Point, number
from limner.figures.diagrams.svg.text import text_width

if TYPE_CHECKING:
    from limner.stages.structure.graph import Edge

LABEL_SIZE = 9.0


def draw_skip(group: Group, edge: Edge, start: Point, end: Point) -> None:
    """Draw the arc of a skip connection between the tops of two columns; wider arcs are higher.

    A sum ends in a plus sign, a concatenation in an arrowhead.
    """
    added = edge.join == "add"
    (x1, y1), (x2, y2) = start, (end[0], end[1] - (14 if added else 6))
    peak = min(y1, y2) - (14 + 0.13 * abs(x2 - x1))
    data = (
        f"M{number(x1)} {number(y1)}C{number(x1)} {number(peak)} {number(x2)} {number(peak)} {number(x2)} {number(y2)}"
    )
    summit = 0.25 * min(y1, y2) + 0.75 * peak
    group.path(data, "skip", start, end, ((x1 + x2) / 2, summit))
    if added:
        x, y = end[0], end[1] - 9
        group.circle(x, y, 5, "unit")
        group.path(f"M{number(x - 3)} {number(y)}h6M{number(x)} {number(y - 3)}v6", "glyph")
    else:
        x, y = end
        group.polygon([(x, y), (x - 3, y - 6), (x + 3, y - 6)], "tip")
    if edge.label and text_width(edge.label, LABEL_SIZE) < abs(x2 - x1):
        group.text((x1 + x2) / 2, summit - 4, edge.label, "soft", LABEL_SIZE)
