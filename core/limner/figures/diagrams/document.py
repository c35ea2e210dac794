"""The whole diagram as an SVG document."""

from __future__ import annotations

from limner.figures.diagrams import glyphs
from limner.figures.diagrams.contents.pipeline import Contents
from limner.figures.diagrams.drawing import Legend
from limner.figures.diagrams.legend import draw_legend
from limner.figures.diagrams.rows import draw_rows
from limner.figures.diagrams.svg.group import Group, escape_text, number
from limner.figures.diagrams.svg.text import shorten
from limner.figures.diagrams.svg.theme import Theme, style_sheet
from limner.figures.diagrams.units.captions import glyph_names

MARGIN = 24.0
TITLE_SIZE, SUBTITLE_SIZE = 17.0, 11.5


def draw(contents: Contents, theme: Theme, *, transparent: bool = False) -> str:
    """Return a diagram as SVG.

    Args:
        contents: what it shows.
        theme: light, dark, or auto, which follows the setting of the reader's system.
        transparent: whether to leave out the background.
    """
    legend = Legend()
    body = draw_rows(contents, legend)
    group = Group()
    title = shorten(contents.title, 600, TITLE_SIZE)
    group.text(0, TITLE_SIZE, title, "bold", TITLE_SIZE, "start")
    group.text(0, TITLE_SIZE + 18, shorten(contents.subtitle, 700, SUBTITLE_SIZE), "soft", SUBTITLE_SIZE, "start")
    group.place(body, 0, TITLE_SIZE + 44 - body.top)  # the way to a discriminator may use the margin
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
