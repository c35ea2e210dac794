"""The whole diagram as an SVG document."""

from __future__ import annotations

from limner.figures.diagrams import glyphs
from limner.figures.diagrams.captions import glyph_names
from limner.figures.diagrams.contents import Contents, Pipeline
from limner.figures.diagrams.drawing import Legend
from limner.figures.diagrams.legend import draw_legend
from limner.figures.diagrams.maps import draw_maps
from limner.figures.diagrams.path import draw_colors, draw_path, draw_result, lead
from limner.figures.diagrams.svg.group import Group, escape_text, number
from limner.figures.diagrams.svg.text import shorten, text_width
from limner.figures.diagrams.svg.theme import Theme, style_sheet
from limner.figures.diagrams.units import draw_units

MARGIN = 24.0
ARROW = 26.0
ROW_SPACING = 34.0
MAX_PIPELINES = 6
"""The largest number of layers of a blend that are drawn."""
TITLE_SIZE, SUBTITLE_SIZE = 17.0, 11.5


def draw(contents: Contents, theme: Theme, *, transparent: bool = False) -> str:
    """Return a diagram as SVG.

    Args:
        contents: what it shows.
        theme: light, dark, or auto, which follows the setting of the reader's system.
        transparent: whether to leave out the background.
    """
    legend = Legend()
    body = _body(contents, legend)
    group = Group()
    title = shorten(contents.title, 600, TITLE_SIZE)
    group.text(0, TITLE_SIZE, title, "bold", TITLE_SIZE, "start")
    group.text(0, TITLE_SIZE + 18, shorten(contents.subtitle, 700, SUBTITLE_SIZE), "soft", SUBTITLE_SIZE, "start")
    group.place(body, -body.left, TITLE_SIZE + 44 - body.top)
    notes = draw_legend(legend, max(group.right, 420.0))
    if notes.elements:
        group.place(notes, 0, group.bottom + 26)
    width, height = group.right + 2 * MARGIN, group.bottom + 2 * MARGIN
    used = [*legend.activations, *_captioned(contents)]
    definitions = "".join(glyphs.definition(name) for name in glyph_names(used))
    paper = "" if transparent else f'<rect class="paper" width="{number(width)}" height="{number(height)}"/>\n'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="limner-diagram-{theme}" role="img" '
        f'width="{number(width)}" height="{number(height)}" viewBox="0 0 {number(width)} {number(height)}">\n'
        f"<title>{escape_text(contents.title)}</title>\n<desc>{escape_text(contents.description)}</desc>\n"
        f"<style>{style_sheet(theme)}</style>\n<defs>{definitions}</defs>\n{paper}"
        f'<g transform="translate({number(MARGIN)} {number(MARGIN)})">\n'
        + "\n".join(group.elements)
        + "\n</g>\n</svg>\n"
    )


def _captioned(contents: Contents) -> list[str]:
    """Return the activations that captions may show."""
    return [node.activation for pipeline in contents.pipelines for node in pipeline.graph.nodes]


def _body(contents: Contents, legend: Legend) -> Group:
    """Return the pipelines from top to bottom, and what joins them."""
    group, rows = Group(), list[tuple[float, float]]()
    shown = contents.pipelines[:MAX_PIPELINES]
    y = 0.0
    for i, pipeline in enumerate(shown):
        row = _draw_pipeline(pipeline, legend)
        if i:
            y = group.bottom + ROW_SPACING - row.top
        if pipeline.heading:
            group.text(row.left, y + row.top - 8, shorten(pipeline.heading, 400, 12.5), "bold", 12.5, "start")
        group.place(row, 0, y)
        rows.append((row.right, y))
    if len(contents.pipelines) > len(shown):
        group.text(0, group.bottom + 22, f"{len(contents.pipelines) - len(shown)} more layers", "soft", 11, "start")
    if contents.blend:
        _join(group, rows, contents)
    return group


def _join(group: Group, rows: list[tuple[float, float]], contents: Contents) -> None:
    """Draw the blend of all rows, right of them, and the picture that it gives."""
    right = max(x for x, _ in rows) + ARROW
    middle = (rows[0][1] + rows[-1][1]) / 2
    for x, y in rows:
        group.path(f"M{number(x + 4)} {number(y)}H{number(right)}V{number(middle)}", "line", (right, y))
    name = shorten(contents.blend, 130, 10.5)
    width = text_width(name, 10.5) + 18
    group.arrow((right, middle), (right + ARROW, middle))
    group.rect(right + ARROW, middle - 12, width, 24, "chip", 5)
    group.text(right + ARROW + width / 2, middle + 3.7, name, "bold", 10.5)
    end = right + ARROW + width
    group.arrow((end + 3, middle), (end + ARROW, middle))
    group.place(draw_result("picture", contents.size, None), end + ARROW + 4, middle)


def _draw_pipeline(pipeline: Pipeline, legend: Legend) -> Group:
    """Return one pipeline along the axis y = 0: path, network, colours and result."""
    drawing = (draw_units if pipeline.graph.nodes[0].size is None else draw_maps)(pipeline, legend)
    group, x = Group(), 0.0
    if pipeline.path:
        path, y = draw_path(pipeline.path)
        group.place(path, 0, 0)
        x = path.right + ARROW
        lead(group, (path.right + 3, y), x - 3)
    group.place(drawing.group, x - drawing.group.left, 0)
    x += drawing.exit - drawing.group.left
    for part in (
        *([draw_colors(pipeline.colors)] if pipeline.colors else []),
        *([draw_result(pipeline.result, pipeline.size, pipeline.colors)] if pipeline.result else []),
    ):
        group.arrow((x + 4, 0), (x + ARROW, 0))
        group.place(part, x + ARROW + 4, 0)
        x += ARROW + 4 + part.right
    group.right = x
    return group
