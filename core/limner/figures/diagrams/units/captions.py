"""Captions below the columns of a network: brackets around equal layers, in as many rows as the texts need."""

from __future__ import annotations

from dataclasses import dataclass

from limner.arrays.activations import ACTIVATIONS
from limner.figures.diagrams import glyphs
from limner.figures.diagrams.svg.group import Group, number
from limner.figures.diagrams.svg.text import shorten, text_width

SIZE = 10.5
LINE = 13.0
MAX_WIDTH = 190.0


@dataclass(frozen=True)
class Caption:
    """A text about one or several columns.

    Attributes:
        left: centre of the first column.
        right: centre of the last column.
        text: the first line.
        activation: the name of an activation, the second line, or empty.
    """

    left: float
    right: float
    text: str
    activation: str = ""


def draw_captions(captions: list[Caption], y: float) -> Group:
    """Return captions below y, in their order from left to right; one that would overlap another moves down."""
    group, ends = Group(), list[float]()
    for caption in captions:
        lines = [shorten(caption.text, MAX_WIDTH, SIZE)] if caption.text else []
        lines += [shorten(caption.activation, MAX_WIDTH, SIZE)] if caption.activation else []
        curve = caption.activation in glyphs.PLOTTED
        width = max([text_width(line, SIZE) for line in lines] or [0.0]) + (16.0 if curve else 0.0)
        middle = (caption.left + caption.right) / 2
        row = next((i for i, end in enumerate(ends) if end + 8 <= middle - width / 2), len(ends))
        ends[row : row + 1] = [middle + width / 2]
        _draw(group, caption, lines, middle, y, y + 8 + row * (2 * LINE + 6), curve=curve)
    return group


def _draw(
    group: Group, caption: Caption, lines: list[str], middle: float, y: float, top: float, *, curve: bool
) -> None:
    if caption.right > caption.left:
        left, right = caption.left - 6, caption.right + 6
        data = f"M{number(left)} {number(y)}v5H{number(right)}v-5M{number(middle)} {number(y + 5)}V{number(top + 2)}"
        group.path(data, "line", (left, y), (right, top + 2))
    elif top > y + 8:
        group.path(f"M{number(middle)} {number(y)}V{number(top + 2)}", "line edge", (middle, y))
    for i, line in enumerate(lines):
        is_activation = bool(caption.activation) and i == len(lines) - 1
        base = top + (i + 1) * LINE
        shift = 8.0 if is_activation and curve else 0.0
        group.text(middle + shift, base, line, "soft" if is_activation else "ink", SIZE)
        if shift:
            group.add(glyphs.use(caption.activation, middle + shift - text_width(line, SIZE) / 2 - 9, base - 4, 6.5))


def glyph_names(activations: list[str]) -> list[str]:
    """Return the activations that have a curve, each once, in the order of the table of activations."""
    return [name for name in ACTIVATIONS if name in activations and name in glyphs.PLOTTED]
