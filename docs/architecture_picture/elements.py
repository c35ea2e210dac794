"""SVG elements: text, rectangles and arrows."""

from __future__ import annotations

from html import escape

Point = tuple[float, float]
LEADING = 16
RADIUS = 7


def estimate(string: str, size: float = 12) -> float:
    """Return about how wide a string is in a sans-serif font, px; rather too much than too little."""
    widths = {**dict.fromkeys("ijlt.,:;'|!I()[]fr ", 0.37), **dict.fromkeys("mwMW@", 0.9)}
    return size * sum(widths.get(char, 0.7 if char.isupper() else 0.595) for char in string)


def wrap(string: str, width: float) -> list[str]:
    """Return the lines of a paragraph."""
    lines = [""]
    for word in string.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and estimate(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def text(string: str, x: float, y: float, kind: str = "") -> str:
    """Return one line of text."""
    attribute = f' class="{kind}"' if kind else ""
    return f'<text x="{x:g}" y="{y:g}"{attribute}>{escape(string)}</text>'


def paragraph(lines: list[str], x: float, y: float) -> list[str]:
    """Return several lines of text, the first with its baseline at y."""
    return [text(line, x, y + i * LEADING) for i, line in enumerate(lines)]


def rect(kind: str, x: float, y: float, width: float, height: float, radius: float = RADIUS) -> str:
    """Return a rectangle with round corners."""
    return f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}"/>'


def arrow(points: list[tuple[float, float]], kind: str = "") -> str:
    """Return an arrow along points, its corners rounded."""
    points = [p for p, q in zip(points, [*points[1:], None], strict=True) if p != q]
    x, y = points[0]
    commands = [f"M{x:g} {y:g}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        (ax, ay), (bx, by) = _toward(corner, before), _toward(corner, after)
        commands.append(f"L{ax:g} {ay:g}Q{corner[0]:g} {corner[1]:g} {bx:g} {by:g}")
    commands.append(f"L{points[-1][0]:g} {points[-1][1]:g}")
    style = f' class="to-{kind}"' if kind else ""
    return f'<path{style} d="{"".join(commands)}" marker-end="url(#head{"-" + kind if kind else ""})"/>'


def _toward(corner: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Return the point a corner's radius away from it, on the way to another point; all ways are along an axis."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    share = min(RADIUS / (abs(dx) + abs(dy)), 0.5)
    return corner[0] + dx * share, corner[1] + dy * share
