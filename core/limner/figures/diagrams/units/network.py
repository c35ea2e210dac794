"""Networks of units: circles and their connections, and blocks for wide layers."""

from __future__ import annotations

from itertools import pairwise

from limner.figures.diagrams import glyphs
from limner.figures.diagrams.columns import Column, Gap, Item, simplified, visible
from limner.figures.diagrams.contents.pipeline import Inputs, Pipeline
from limner.figures.diagrams.drawing import Drawing, Legend
from limner.figures.diagrams.skips import draw_skip
from limner.figures.diagrams.svg.group import Group
from limner.figures.diagrams.svg.text import shorten, text_width
from limner.figures.diagrams.units.captions import Caption, draw_captions
from limner.figures.diagrams.units.connections import MAX_LINES, Connections
from limner.figures.diagrams.units.inputs import draw_inputs
from limner.figures.diagrams.units.ports import MAX_CIRCLES, Port, UnitColumn, radius_for, unit_column
from limner.stages.structure.graph import Graph, Node

MIN_GLYPH_RADIUS = 5.0  # of a circle that shows the curve of its activation
CHANNEL_SIZE = 10.5


def draw_units(pipeline: Pipeline, legend: Legend) -> Drawing:
    """Return the drawing of a network of points or codes."""
    graph = simplified(pipeline.graph)
    items = visible(graph)
    shown = [graph.nodes[item.position] for item in items if isinstance(item, Column)]
    units = max([node.width for node in shown[1:] if node.width <= MAX_CIRCLES] or [8])
    inputs = pipeline.inputs or (Inputs("features", graph.nodes[0].width),)
    group, first = draw_inputs(inputs, min(radius_for(units), 7.0), legend)
    entry, top = group.left, Group()
    columns = _columns(graph, items, units, first)
    connections = Connections()
    for (before, left), (after, right) in pairwise(columns.items()):
        if after == before + 1:
            _connect(connections, graph.nodes[after], left, right, pipeline)
    legend.weights |= connections.draw(top)
    legend.strongest = MAX_LINES if connections.cut else legend.strongest
    top.place(group, 0, 0)
    for position, column in list(columns.items())[1:]:
        _draw_column(top, graph, position, column, legend)
    output = _draw_output(top, graph, columns[len(graph.nodes) - 1], pipeline, connected=_is_box(graph.last))
    _draw_skips(top, graph, columns, legend)
    _draw_gaps(top, items, columns)
    end = top.right
    top.place(draw_captions(_captions(graph, columns, output), top.bottom + 8), 0, 0)
    return Drawing(top, entry, end)


def _columns(graph: Graph, items: list[Item], units: int, first: UnitColumn) -> dict[int, UnitColumn]:
    """Return the columns by position, from left to right; the input is at x = 0."""
    tallest = max([node.width for node in graph.nodes[1:] if node.width <= MAX_CIRCLES] or [0])
    spacing = max(104.0 if len(items) <= 4 else 78.0 if len(items) <= 7 else 58.0, 3.0 * tallest)
    columns, x = {0: first}, 0.0
    for item in items[1:]:
        if isinstance(item, Gap):
            x += 74.0 - spacing / 2
            continue
        x += spacing
        node = graph.nodes[item.position]
        if _is_box(node):
            half = _box_width(node) / 2
            columns[item.position] = UnitColumn(x + half, half, (Port(0, node.width, 0.0, 44.0),))
            x += 2 * half
            continue
        columns[item.position] = unit_column(x, node.width, units)
    return columns


def _connect(connections: Connections, node: Node, left: UnitColumn, right: UnitColumn, pipeline: Pipeline) -> None:
    if node.operation == "identity" and not any(port.reach for port in (*left.ports, *right.ports)):
        connections.one_to_one(left, right)
    else:
        connections.connect(left, right, pipeline.weights.get(node.weights) if node.weights else None)


def _is_box(node: Node) -> bool:
    """Return whether a node stands for layers that a network does not describe."""
    return bool(node.num_params) and not node.weights


def _box_texts(node: Node) -> tuple[str, str]:
    return shorten(node.operation, 130, 12), f"{node.num_params:,} parameter{'s' * (node.num_params != 1)}"


def _box_width(node: Node) -> float:
    name, count = _box_texts(node)
    return max(text_width(name, 12), text_width(count, 10)) + 24


def _draw_column(group: Group, graph: Graph, position: int, column: UnitColumn, legend: Legend) -> None:
    node, last = graph.nodes[position], position == len(graph.nodes) - 1
    style = "out" if last and not _is_box(node) else "unit"
    for port in column.ports:
        if port.reach:
            group.rect(column.x - column.radius, port.y - port.reach, 2 * column.radius, 2 * port.reach, style, 5)
        else:
            group.circle(column.x, port.y, column.radius, style)
    if _is_box(node):
        name, count = _box_texts(node)
        group.text(column.x, -2, name, "bold", 12)
        group.text(column.x, 14, count, "soft", 10)
    elif column.ports[0].reach:
        group.vertical_text(column.x, 0, f"{node.width:,}", "bold", 11)
    elif node.unit_activations and column.radius >= MIN_GLYPH_RADIUS:
        for port, name in zip(column.ports, node.unit_activations, strict=True):
            if name in glyphs.PLOTTED:
                group.add(glyphs.use(name, column.x, port.y, column.radius))
    legend.activations |= dict.fromkeys(node.unit_activations)


def _channels(pipeline: Pipeline, graph: Graph) -> tuple[str, ...]:
    """Return the names of the output's channels if there is one for each."""
    names = pipeline.colors.channels if pipeline.colors else ()
    return names if len(names) == graph.last.width <= MAX_CIRCLES else ()


def _draw_output(group: Group, graph: Graph, column: UnitColumn, pipeline: Pipeline, *, connected: bool) -> UnitColumn:
    """Draw the names of the channels, and the outputs of a box; return the column of outputs."""
    if connected:
        out = unit_column(column.x + column.radius + 60, graph.last.width, 8)
        connections = Connections()
        connections.connect(column, out, None)
        connections.draw(group)
        for port in out.ports:
            if port.reach:
                group.rect(out.x - out.radius, port.y - port.reach, 2 * out.radius, 2 * port.reach, "out", 5)
                group.vertical_text(out.x, 0, f"{graph.last.width:,}", "bold", 11)
            else:
                group.circle(out.x, port.y, out.radius, "out")
        column = out
    names, swatches = _channels(pipeline, graph), pipeline.colors.swatches if pipeline.colors else ()
    x = column.x + column.radius + 5
    if len(swatches) == len(column.ports) == graph.last.width > 1:  # one channel for each colour
        for port, color in zip(column.ports, swatches, strict=True):
            group.swatch(x, port.y - 4, 8, 8, color)
        return column
    for port, name in zip(column.ports, names, strict=False):
        group.text(x, port.y + 3.7, name, "ink", CHANNEL_SIZE, "start")
    return column


def _draw_skips(group: Group, graph: Graph, columns: dict[int, UnitColumn], legend: Legend) -> None:
    for edge in graph.edges:
        if edge.join != "flow" and edge.source in columns and edge.target in columns:
            legend.joins[edge.join] = None
            source, target = columns[edge.source], columns[edge.target]
            draw_skip(group, edge, (source.x, source.top - 3), (target.x, target.top - 3))


def _draw_gaps(group: Group, items: list[Item], columns: dict[int, UnitColumn]) -> None:
    """Draw three dots, and how many layers are omitted, between the columns around each gap."""
    for before, item, after in zip(items, items[1:], items[2:], strict=False):
        if not isinstance(item, Gap) or not isinstance(before, Column) or not isinstance(after, Column):
            continue
        x = (columns[before.position].x + columns[after.position].x) / 2
        for shift in (-8, 0, 8):
            group.circle(x + shift, 0, 1.6, "soft")
        for i, word in enumerate(item.text.split(" ", 2)):
            group.text(x, 18 + 12 * i, word, "soft", 10)


def _captions(graph: Graph, columns: dict[int, UnitColumn], output: UnitColumn) -> list[Caption]:
    """Return the captions of the input, of each run of equal layers, and of the output."""
    first = graph.nodes[0].width
    captions = [Caption(columns[0].x, columns[0].x, f"{first:,} feature{'s' * (first != 1)}")]
    runs: list[list[int]] = []
    for i in range(1, len(graph.nodes) - 1):
        if runs and _run_key(graph.nodes[runs[-1][0]]) == _run_key(graph.nodes[i]):
            runs[-1].append(i)
        else:
            runs.append([i])
    for run in runs:
        node, shown = graph.nodes[run[0]], [columns[i] for i in run if i in columns]
        if shown and not _is_box(node):
            text = f"{len(run)} layers of {node.width:,}" if len(run) > 1 else f"{node.width:,}"
            captions.append(Caption(shown[0].x, shown[-1].x, text, _activation_text(node)))
    return [*captions, Caption(output.x, output.x, "output", graph.last.activation)]


def _run_key(node: Node) -> tuple[object, ...]:
    return node.width, _activation_text(node), node.operation


def _activation_text(node: Node) -> str:
    return "mixed" if node.unit_activations else node.activation
