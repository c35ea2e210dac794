"""The whole picture as SVG."""

from __future__ import annotations

from architecture_picture.boxes import ASIDE, CORE, GAP, MARGIN, PAD, TOP, WIDTH, Box, Group, place_groups, place_rows
from architecture_picture.elements import LEADING, arrow, paragraph, rect, text, wrap
from architecture_picture.routes import core_arrows, surface_arrows
from architecture_picture.style import STYLE

DESCRIPTION = (
    "Packages of limner as boxes, in rows: each package imports only packages in rows below its own. Beside them the "
    "applications and the built-in stages, which import the public modules of the core."
)
HEADS = ("head", "head-apps", "head-built-ins")
THIRD_PARTIES = "Third-party packages add stages, roles and commands through the same hooks and public modules."
LEGEND = {
    "public": "public: other packages may import it",
    "box": "internal; it imports only rows below its own",
    "arrow": "imports; an import that follows from other arrows is not drawn",
}


def draw(
    rows: list[list[Box]],
    groups: list[Group],
    core: list[tuple[str, str]],
    surfaces: list[tuple[str, str]],
    inner: list[tuple[str, str]],
) -> str:
    """Return the SVG: rows of the core from top to bottom, groups next to it, and pairs of names as arrows."""
    panel_bottom = place_rows(rows)
    aside = place_groups(groups)
    boxes = {box.name: box for row in rows for box in row} | {box.name: box for g in groups for box in g.boxes}
    row_of = {box.name: row for row in rows for box in row}
    arrows = core_arrows([(boxes[source], boxes[target]) for source, target in core])
    arrows += surface_arrows(groups, [(g, boxes[t], boxes[t] is row_of[t][-1]) for g, t in surfaces])
    for source, target in inner:
        box, other = boxes[source], boxes[target]
        start, end = (box.y + box.height, other.y) if box.y < other.y else (box.y, other.y + other.height)
        arrows.append(arrow([(box.middle, start), (box.middle, end)], "apps"))
    notes, end = _notes(groups[-1].bottom + GAP)
    bottom = max(panel_bottom, end)
    return _document([*aside, *notes, *(line for row in rows for box in row for line in box.svg()), *arrows], bottom)


def _notes(top: float) -> tuple[list[str], float]:
    """Return what stands below the groups, and its bottom: other people's packages, and how to read the picture."""
    left, (inner, width) = ASIDE[0], (ASIDE[0] + PAD, ASIDE[1] - ASIDE[0] - 2 * PAD)
    lines = wrap(THIRD_PARTIES, width)
    height = 34 + LEADING * len(lines)
    found = [rect("third", left, top, ASIDE[1] - left, height), text("your package", inner, top + 23, "name")]
    found += paragraph(lines, inner, top + 42)
    y = top + height + GAP + 12
    for kind, note in LEGEND.items():
        is_arrow = kind == "arrow"
        swatch = arrow([(left + 2, y - 4), (left + 24, y - 4)]) if is_arrow else rect(kind, left + 4, y - 11, 16, 13, 3)
        lines = wrap(note, width - 18)
        found += [swatch, *paragraph(lines, left + 32, y)]
        y += LEADING * len(lines) + 8
    return found, y


def _document(elements: list[str], bottom: float) -> str:
    height = bottom + MARGIN
    head = '<marker id="{}" viewBox="0 0 8 8" refX="7.2" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    markers = [f'{head.format(name)}<path d="M0 .8L8 4L0 7.2z"/></marker>' for name in HEADS]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}" '
        'role="img" aria-labelledby="title description">',
        '<title id="title">The packages of limner</title>',
        f'<desc id="description">{DESCRIPTION}</desc>',
        f"<style>{STYLE}</style>",
        f"<defs>{''.join(markers)}</defs>",
        rect("paper", 0, 0, WIDTH, height, 10),
        rect("panel", CORE[0], TOP, CORE[1] - CORE[0], bottom - TOP, 10),
        text("The packages of limner", MARGIN + 4, 36, "title"),
        *elements,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"
