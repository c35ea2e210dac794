"""Groups of SVG elements that know their extent, so that diagrams are laid out from parts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from limner.figures.diagrams.svg.text import text_width

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Point = tuple[float, float]


def escape_text(text: str) -> str:
    """Return text for an SVG element or a quoted attribute; characters that XML forbids become a replacement."""
    return escape(_FORBIDDEN.sub("\ufffd", text), {'"': "&quot;", "\r": " ", "\n": " ", "\t": " "})


def number(value: float) -> str:
    """Return a coordinate with at most one decimal, as short as possible."""
    text = f"{value:.1f}"
    text = text[:-2] if text.endswith(".0") else text
    return "0" if text == "-0" else text


def points(values: Iterable[Point]) -> str:
    """Return points as the value of an attribute."""
    return " ".join(f"{number(x)},{number(y)}" for x, y in values)


@dataclass
class Group:
    """SVG elements with the box that they fill; y is 0 at the axis along which a diagram runs.

    Attributes:
        elements: the elements as text, in the order of painting.
        left: the smallest x.
        right: the largest x.
        top: the smallest y.
        bottom: the largest y.
    """

    elements: list[str] = field(default_factory=list)
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0

    def cover(self, *places: Point) -> None:
        """Extend the box to some points."""
        for x, y in places:
            self.left, self.right = min(self.left, x), max(self.right, x)
            self.top, self.bottom = min(self.top, y), max(self.bottom, y)

    def add(self, element: str) -> None:
        """Add an element without extending the box."""
        self.elements.append(element)

    def rect(self, x: float, y: float, width: float, height: float, style: str, radius: float = 0.0) -> None:
        """Add a rectangle with a class."""
        rounded = f' rx="{number(radius)}"' if radius else ""
        self.add(
            f'<rect class="{style}" x="{number(x)}" y="{number(y)}" width="{number(width)}" '
            f'height="{number(height)}"{rounded}/>'
        )
        self.cover((x, y), (x + width, y + height))

    def swatch(self, x: float, y: float, width: float, height: float, color: str) -> None:
        """Add a rectangle of a colour, ``#rrggbb``."""
        place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
        self.add(f'<rect class="swatch" {place} fill="{color}"/>')
        self.cover((x, y), (x + width, y + height))

    def circle(self, x: float, y: float, radius: float, style: str) -> None:
        """Add a circle with a class."""
        self.add(f'<circle class="{style}" cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"/>')
        self.cover((x - radius, y - radius), (x + radius, y + radius))

    def polygon(self, corners: list[Point], style: str) -> None:
        """Add a polygon with a class."""
        self.add(f'<polygon class="{style}" points="{points(corners)}"/>')
        self.cover(*corners)

    def path(self, data: str, style: str, *covered: Point) -> None:
        """Add a path with a class; the box is extended to ``covered``."""
        self.add(f'<path class="{style}" d="{data}"/>')
        self.cover(*covered)

    def text(self, x: float, y: float, text: str, style: str, size: float, anchor: str = "middle") -> None:
        """Add a line of text with its baseline at y; ``anchor`` says which part of it is at x."""
        place = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self.add(
            f'<text class="{style}" x="{number(x)}" y="{number(y)}" font-size="{number(size)}"{place}>'
            f"{escape_text(text)}</text>"
        )
        width = text_width(text, size)
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        self.cover((left, y - 0.8 * size), (left + width, y + 0.25 * size))

    def vertical_text(self, x: float, y: float, text: str, style: str, size: float) -> None:
        """Add a line of text that runs upwards, centred at (x, y)."""
        place = f"{number(x + 0.35 * size)} {number(y)}"
        self.add(
            f'<text class="{style}" transform="translate({place}) rotate(-90)" font-size="{number(size)}" '
            f'text-anchor="middle">{escape_text(text)}</text>'
        )
        half = text_width(text, size) / 2
        self.cover((x - size / 2, y - half), (x + size / 2, y + half))

    def arrow(self, start: Point, end: Point, style: str = "line") -> None:
        """Add a horizontal or vertical line with an arrowhead at its end."""
        (x1, y1), (x2, y2) = start, end
        length = max(abs(x2 - x1), abs(y2 - y1), 1e-9)
        u, v = (x2 - x1) / length, (y2 - y1) / length
        base = (x2 - 6 * u, y2 - 6 * v)
        self.path(f"M{number(x1)} {number(y1)}L{number(base[0])} {number(base[1])}", style, start, end)
        self.polygon([end, (base[0] - 3 * v, base[1] + 3 * u), (base[0] + 3 * v, base[1] - 3 * u)], "head")

    def place(self, other: Group, x: float, y: float) -> None:
        """Add the elements of another group, moved by (x, y)."""
        if other.elements:
            move = f' transform="translate({number(x)} {number(y)})"' if number(x) != "0" or number(y) != "0" else ""
            self.add(f"<g{move}>" + "\n".join(other.elements) + "</g>")
        self.cover((x + other.left, y + other.top), (x + other.right, y + other.bottom))
