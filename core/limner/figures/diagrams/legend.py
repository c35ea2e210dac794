"""The legend below a diagram."""

from __future__ import annotations

from collections.abc import Iterator

from limner.figures.diagrams import glyphs
from limner.figures.diagrams.drawing import Legend
from limner.figures.diagrams.svg.group import Group
from limner.figures.diagrams.svg.text import shorten, text_width
from limner.figures.diagrams.units.captions import glyph_names

SIZE, LINE, SPACING = 10.0, 17.0, 18.0
MAX_TEXT = 330.0


def draw_legend(legend: Legend, width: float) -> Group:
    """Return the entries in rows of at most ``width``, the first one at y = 0."""
    group, x, y = Group(), 0.0, 0.0
    for mark, text in _entries(legend):
        text = shorten(text, MAX_TEXT, SIZE)
        room = mark.right + (5 if mark.elements else 0) + text_width(text, SIZE)
        if x and x + room > width:
            x, y = 0.0, y + LINE
        group.place(mark, x, y)
        group.text(x + mark.right + (5 if mark.elements else 0), y + 3.5, text, "soft", SIZE, "start")
        x += room + SPACING
    return group


def _entries(legend: Legend) -> Iterator[tuple[Group, str]]:
    """Yield marks and their explanations."""
    for role, operation in legend.operations:
        mark = Group()
        mark.rect(0, -5, 10, 10, f"{role}-front", 2)
        yield mark, operation
    if legend.weights:
        for style, text in (("p4", "positive weight"), ("n4", "negative weight")):
            mark = Group()
            mark.path("M0 0h18", style, (18, 0))
            yield mark, text
    if legend.strongest:
        yield Group(), f"the {legend.strongest} strongest between two layers"
    if legend.joins:
        mark = Group()
        mark.path("M0 4C0 -6 18 -6 18 4", "skip", (18, 0))
        joins = {"add": "added", "concatenate": "concatenated"}
        yield mark, "skip connection, " + " or ".join(joins[join] for join in legend.joins)
    if legend.buttons:
        mark = Group()
        mark.rect(0, -5, 10, 10, "in", 2)
        mark.rect(2.2, -2.8, 5.6, 5.6, "on", 1)
        yield mark, "button, filled by its weight"
    for name in glyph_names([*legend.activations]):
        mark = Group()
        mark.add(glyphs.use(name, 7, 0, 7.5))
        mark.cover((14, 0))
        yield mark, name
    for detail in legend.details:
        yield Group(), detail
