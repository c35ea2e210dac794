"""The columns of a network's drawing: its nodes, without steps that have no parameters, and without repetitions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from limner.stages.structure.graph import Edge, Graph, Node

MAX_COLUMNS = 12  # columns above which repetitions are omitted
COLUMNS_LEFT = 9  # columns that then remain, if possible, besides the gap
MAX_CUT_COLUMNS = 25  # columns above which the middle is omitted
PERIODS = (1, 2, 3)  # layers of a block that may be repeated


@dataclass(frozen=True)
class Column:
    """A node of the simplified graph, by its position."""

    position: int


@dataclass(frozen=True)
class Gap:
    """A place where layers are omitted: how many, in words."""

    text: str


Item: TypeAlias = Column | Gap


def simplified(graph: Graph) -> Graph:
    """Return the graph with each enlargement without parameters merged into the layer that follows it."""
    nodes: list[Node] = []
    place: dict[int, int] = {}
    waiting: list[int] = []
    for i, node in enumerate(graph.nodes):
        kept = not i or node.num_params or not _enlarges(graph, i) or i + 1 == len(graph.nodes)
        if not kept:
            waiting.append(i)
        else:
            for j in (*waiting, i):
                place[j] = len(nodes)
            operations = [graph.nodes[j].operation for j in waiting]
            nodes.append(replace(node, operation=", ".join([*operations, node.operation])))
            waiting = []
    edges = dict.fromkeys(Edge(place[e.source], place[e.target], e.join, e.label) for e in graph.edges)
    return Graph(tuple(nodes), tuple(e for e in edges if e.source < e.target))


def visible(graph: Graph) -> list[Item]:
    """Return the columns to draw, with a gap where layers that repeat others are omitted."""
    items: list[Item] = [Column(i) for i in range(len(graph.nodes))]
    keys = [_key(graph, i) for i in range(len(graph.nodes))]
    while len(items) > MAX_COLUMNS and (found := _longest_repetition(items, keys)):
        first, period, count = found
        hidden = min(count - 2, -(-(len(items) - COLUMNS_LEFT) // period))
        start = first + (count - hidden + 1) // 2 * period
        items[start : start + hidden * period] = [Gap(_text(hidden, period))]
    if len(items) > MAX_CUT_COLUMNS:
        items = _cut(items)
    return items


def _cut(items: list[Item]) -> list[Item]:
    """Return the first and the last columns, with a gap between them that includes the gaps next to it."""
    half = MAX_CUT_COLUMNS // 2
    *first, before = _without_end_gaps(items[:half])
    after, *last = reversed(_without_end_gaps(items[: -half - 1 : -1]))
    assert isinstance(before, Column), "a gap at the end is removed"
    assert isinstance(after, Column), "a gap at the end is removed"
    return [*first, before, Gap(_text(after.position - before.position - 1, 1)), after, *last]


def _without_end_gaps(items: list[Item]) -> list[Item]:
    while isinstance(items[-1], Gap):
        items = items[:-1]
    return items


def _text(count: int, period: int) -> str:
    plural = "s" * (count > 1)
    return f"{count} more layer{plural}" if period == 1 else f"{count} more block{plural} of {period}"


def _enlarges(graph: Graph, position: int) -> bool:
    size, before = graph.nodes[position].size, graph.nodes[position - 1].size
    return size is not None and before is not None and size > before


def _key(graph: Graph, position: int) -> tuple[object, ...]:
    """Return what two nodes have in common if one of them need not be drawn."""
    node = graph.nodes[position]
    skips = [(e.source and position - e.source, e.join) for e in graph.edges if e.target == position]
    mixed = "mixed" if node.unit_activations else node.activation
    return node.width, node.size, node.operation, mixed, node.details, tuple(skips)


def _longest_repetition(items: list[Item], keys: list[tuple[object, ...]]) -> tuple[int, int, int] | None:
    """Return first item, period and count of the longest repetition of hidden columns; None if none is longer than 2.

    Gaps interrupt a repetition.
    """
    best: tuple[int, int, int] | None = None
    values = [keys[item.position] if isinstance(item, Column) else item for item in items]
    for period in PERIODS:
        for first in range(1, len(values) - 3 * period):
            end = first + period
            while end < len(values) - 1 and values[end] == values[end - period] and isinstance(items[end], Column):
                end += 1
            count = (end - first) // period
            plain = all(isinstance(item, Column) for item in items[first : first + period])
            if plain and count > 2 and (best is None or count * period > best[1] * best[2]):
                best = (first, period, count)
    return best
