"""The steps before a network, and what follows it: chips with arrows between them."""

from __future__ import annotations

from limner.figures.diagrams.contents.pipeline import Colors
from limner.figures.diagrams.svg.group import Group, number
from limner.figures.diagrams.svg.text import shorten, text_width

MAX_STEPS = 7
"""The largest number of steps that are drawn."""
SIZE = 10.5
HEIGHT, SPACING = 24.0, 14.0
MAX_TEXT = 130.0
SWATCH, SWATCHES_PER_ROW, MAX_SWATCHES = 13.0, 8, 24
MAX_PICTURE = 84.0


def draw_path(steps: tuple[str, ...]) -> tuple[Group, float]:
    """Return the steps from top to bottom around the axis, and the y of the last one."""
    texts = list(steps)
    if len(texts) > MAX_STEPS:
        texts[MAX_STEPS - 2 : -1] = [f"{len(texts) - MAX_STEPS + 1} more steps"]
    texts = [shorten(text, MAX_TEXT, SIZE) for text in texts]
    group = Group()
    width = max(text_width(text, SIZE) for text in texts) + 18
    y = -(len(texts) * HEIGHT + (len(texts) - 1) * SPACING) / 2
    for i, text in enumerate(texts):
        if i:
            group.arrow((width / 2, y - SPACING + 1), (width / 2, y - 1))
        group.rect(0, y, width, HEIGHT, "chip", 5)
        group.text(width / 2, y + HEIGHT / 2 + 3.7, text, "ink", SIZE)
        y += HEIGHT + SPACING
    return group, y - SPACING - HEIGHT / 2


def lead(group: Group, start: tuple[float, float], end: float) -> None:
    """Draw an arrow from a point to the axis at x = ``end``, with a corner if the point is not on the axis."""
    x, y = start
    if abs(y) < 1:
        group.arrow((x, 0), (end, 0))
        return
    middle = x + 8
    group.path(f"M{number(x)} {number(y)}H{number(middle)}V0H{number(end - 6)}", "line", (x, y), (end, 0))
    group.polygon([(end, 0), (end - 6, -3), (end - 6, 3)], "head")


def draw_colors(colors: Colors) -> Group:
    """Return a chip with the name of the colour mode and the colours that it mixes."""
    group, name = Group(), shorten(colors.name, MAX_TEXT, SIZE)
    shown = colors.swatches[:MAX_SWATCHES]
    rows = [shown[i : i + SWATCHES_PER_ROW] for i in range(0, len(shown), SWATCHES_PER_ROW)]
    width = max(text_width(name, SIZE), SWATCH * max([len(row) for row in rows] or [0])) + 18
    height = HEIGHT + (SWATCH * len(rows) + 5 if rows else 0)
    group.rect(0, -height / 2, width, height, "chip", 5)
    group.text(width / 2, -height / 2 + 15.5, name, "bold", SIZE)
    for i, row in enumerate(rows):
        left = (width - SWATCH * len(row)) / 2
        for j, color in enumerate(row):
            group.swatch(left + SWATCH * j, -height / 2 + 22 + SWATCH * i, SWATCH, SWATCH, color)
    return group


def draw_result(name: str, size: tuple[int, int] | None, picture: str = "") -> Group:
    """Return a picture with its name and size, a frame if it has not been rendered; a chip if it is not a picture.

    Args:
        name: what comes out.
        size: width and height in pixels; None if it is not a picture.
        picture: the data URL of a small rendering.
    """
    group = Group()
    if size is None:
        width = text_width(name, SIZE) + 18
        group.rect(0, -HEIGHT / 2, width, HEIGHT, "chip", 5)
        group.text(width / 2, 3.7, name, "ink", SIZE)
        return group
    scale = MAX_PICTURE / max(size)
    width, height = (max(12.0, scale * side) for side in size)
    half = max(width, text_width(f"{size[0]}×{size[1]}", 9), text_width(name, SIZE)) / 2
    left = half - width / 2
    place = f'x="{number(left)}" y="{number(-height / 2)}" width="{number(width)}" height="{number(height)}"'
    if picture:
        group.add(f'<image {place} preserveAspectRatio="none" href="{picture}"/>')
        group.path(
            f"M{number(left)} {number(-height / 2)}h{number(width)}v{number(height)}h{number(-width)}z", "plain"
        )  # transparent corners show where the picture ends
    else:
        group.rect(left, -height / 2, width, height, "chip", 2)
    group.cover((0, -height / 2), (2 * half, height / 2))
    group.text(half, height / 2 + 14, name, "ink", SIZE)
    group.text(half, height / 2 + 26, f"{size[0]}×{size[1]}", "soft", 9)
    return group
