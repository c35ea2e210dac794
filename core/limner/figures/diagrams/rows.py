"""The pipelines of a diagram as rows, and what joins them."""

from __future__ import annotations

from dataclasses import dataclass

from limner.figures.diagrams.contents.pipeline import Contents, Pipeline
from limner.figures.diagrams.drawing import Legend
from limner.figures.diagrams.maps import draw_maps
from limner.figures.diagrams.path import draw_colors, draw_path, draw_result, lead
from limner.figures.diagrams.svg.group import Group, number
from limner.figures.diagrams.svg.text import shorten, text_width
from limner.figures.diagrams.units.network import draw_units

ARROW = 26.0
ROW_SPACING = 40.0
MAX_PIPELINES = 6
"""The largest number of layers of a blend that are drawn."""
HEADING_SIZE, NAME_SIZE = 12.5, 10.5


@dataclass
class _Row:
    """A pipeline around the axis y = 0.

    Attributes:
        group: the elements.
        end: x where it ends on the axis.
        result: x of the middle of its result.
        below: y below its result.
    """

    group: Group
    end: float
    result: float = 0.0
    below: float = 0.0


def draw_rows(contents: Contents, legend: Legend) -> Group:
    """Return the pipelines from top to bottom, with their blend or the way from a generator to its discriminator."""
    group, rows, axes = Group(), list[_Row](), list[float]()
    shown, y = contents.pipelines[:MAX_PIPELINES], 0.0
    for i, pipeline in enumerate(shown):
        row = _draw_pipeline(pipeline, legend, "" if contents.blend else contents.picture)
        if i:
            y = group.bottom + ROW_SPACING - row.group.top
        if pipeline.heading:
            heading = shorten(pipeline.heading, 400, HEADING_SIZE)
            group.text(0, y + row.group.top - 10, heading, "bold", HEADING_SIZE, "start")
        group.place(row.group, 0, y)
        rows.append(row)
        axes.append(y)
    if len(contents.pipelines) > len(shown):
        more = f"{len(contents.pipelines) - len(shown)} more layers"
        group.text(0, group.bottom + 22, more, "soft", NAME_SIZE, "start")
    if contents.blend:
        _draw_blend(group, rows, axes, contents)
    if contents.adversarial:
        _draw_rating(group, rows, axes)
    return group


def _draw_blend(group: Group, rows: list[_Row], axes: list[float], contents: Contents) -> None:
    """Draw the blend of all rows, right of them, and the picture that it gives."""
    right = max(row.end for row in rows) + ARROW
    middle = (axes[0] + axes[-1]) / 2
    for row, y in zip(rows, axes, strict=True):
        data = f"M{number(row.end + 4)} {number(y)}H{number(right)}V{number(middle)}"
        group.path(data, "line", (right, y))
    name = shorten(contents.blend, 130, NAME_SIZE)
    width = text_width(name, NAME_SIZE) + 18
    group.arrow((right, middle), (right + ARROW, middle))
    group.rect(right + ARROW, middle - 12, width, 24, "chip", 5)
    group.text(right + ARROW + width / 2, middle + 3.7, name, "bold", NAME_SIZE)
    end = right + ARROW + width
    group.arrow((end + 3, middle), (end + ARROW, middle))
    group.place(draw_result("picture", contents.size, contents.picture), end + ARROW + 4, middle)


def _draw_rating(group: Group, rows: list[_Row], axes: list[float]) -> None:
    """Draw the way of a generated picture into the discriminator, the last row."""
    first, left = rows[0], -16.0
    start, turn = axes[0] + first.below + 4, axes[0] + max(first.group.bottom, first.below) + 8
    path = f"M{number(first.result)} {number(start)}V{number(turn)}H{number(left)}V{number(axes[-1])}H-6"
    group.path(path, "dash", (left, turn))
    group.polygon([(-1, axes[-1]), (-7, axes[-1] - 3), (-7, axes[-1] + 3)], "head")


def _draw_pipeline(pipeline: Pipeline, legend: Legend, picture: str) -> _Row:
    """Return one pipeline: path, network, colours and result."""
    drawing = (draw_units if pipeline.graph.nodes[0].size is None else draw_maps)(pipeline, legend)
    group, x = Group(), 0.0
    if pipeline.path:
        path, y = draw_path(pipeline.path)
        group.place(path, 0, 0)
        x = path.right + ARROW
        lead(group, (path.right + 3, y), x - 3)
    group.place(drawing.group, x - drawing.group.left, 0)
    row = _Row(group, x + drawing.exit - drawing.group.left)
    parts = [draw_colors(pipeline.colors)] if pipeline.colors else []
    parts += [draw_path((step,))[0] for step in pipeline.after]
    parts += [draw_result(pipeline.result, pipeline.size, picture)] if pipeline.result else []
    for part in parts:
        x = row.end
        group.arrow((x + 4, 0), (x + ARROW, 0))
        group.place(part, x + ARROW + 4, 0)
        row.end = x + ARROW + 4 + part.right
        row.result, row.below = row.end - part.right / 2, part.bottom
    return row
