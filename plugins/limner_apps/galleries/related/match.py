"""Relatives: what the files themselves tell of one another, found by digests that they share, never by pairs."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from limner_apps.galleries.records import GalleryEntry, RelatedGroup, Relative
from limner_apps.galleries.related.groups import SORTS, Relation
from limner_apps.galleries.related.nodes import Node, RecipeBody

LIMIT = 12
"""Relatives of a sort that a page shows at the most."""
LOOK = 2 * LIMIT
"""Those that are looked at, on either side, to find the nearest."""


def relate(order: Sequence[GalleryEntry]) -> None:
    """Give every entry its groups. The time is that of sorting: a page looks at a bounded number of others."""
    bodies: dict[str, RecipeBody] = {}
    nodes = [Node(entry, bodies) for entry in order]
    _layers(nodes)
    for sort in SORTS:
        _family(nodes, sort)


def _family(nodes: Iterable[Node], sort: Relation) -> None:
    """Give every piece its group of a sort, where it has one."""
    shared: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        outer = sort.outer(node)
        if outer:
            shared[outer].append(node)
    for outer, members in shared.items():
        if len({sort.inner(node) for node in members}) > 1:
            _among(_key(sort.name, outer), sorted(members, key=sort.place), sort)


def _among(key: str, members: list[Node], sort: Relation) -> None:
    """The groups of pieces that are each other's relatives."""
    line, inners = dict[str, Node](), dict[str, list[Node]]()
    for node in members:
        if line.setdefault(sort.unit(node), node) is node:
            inners.setdefault(sort.inner(node), []).append(node)
    places, standing = {unit: i for i, unit in enumerate(line)}, list(line.values())
    few = [own[0] for own in inners.values()][: LIMIT + 1]  # where no neighbour is another sort's, these stand in
    cut = False
    for node in members:
        own = sort.inner(node)
        near = [one for one in (*_around(standing, places[sort.unit(node)]), *few) if sort.inner(one) != own]
        if sort.alike:
            near.sort(key=node.distance)
        unique: dict[str, Node] = {}
        for one in near:
            unique.setdefault((sort.inner if sort.alike else sort.unit)(one), one)
        shown = sorted(list(unique.values())[:LIMIT], key=sort.place)
        number = len(inners) - 1 if sort.alike else len(standing) - len(inners[own])
        title = sort.title.replace("{title}", node.entry.piece.title)
        relatives = [Relative(one.entry.piece, sort.said(node, one)) for one in shown]
        node.entry.groups.append(RelatedGroup(sort.name, title, relatives, number - len(shown), f"kin:{key}"))
        cut = cut or number > len(shown)
    if cut:
        for node in members:
            node.entry.related.append(key)


def _around(line: list[Node], at: int) -> Iterator[Node]:
    """The nearest on both sides, the nearest first."""
    for step in range(1, LOOK):
        for i in (at - step, at + step):
            if 0 <= i < len(line):
                yield line[i]


def _layers(nodes: Sequence[Node]) -> None:
    """What a blend was made of, and what a picture went into."""
    painting: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        painting[node.keys.get("paints", "")].append(node)
    children: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        parents = [painting[layer][0] for layer in node.entry.piece.layers if layer in painting]
        if parents:
            _bounded(node, parents, "parents", "Made of", node.entry.piece.id)
        for layer in node.entry.piece.layers:
            children[layer].append(node)
    for layer, into in children.items():
        for node in painting.get(layer, ()):
            _bounded(node, into, "children", "Went into", layer)


def _bounded(node: Node, others: list[Node], name: str, title: str, of: str) -> None:
    shown = [Relative(one.entry.piece, one.entry.piece.title) for one in others[:LIMIT]]
    key = _key(name, of)
    node.entry.groups.append(RelatedGroup(name, title, shown, len(others) - len(shown), f"kin:{key}"))
    if len(others) > len(shown):
        for one in others:
            if key not in one.entry.related:
                one.entry.related.append(key)


def _key(name: str, of: str) -> str:
    return hashlib.sha256(f"{name} {of}".encode()).hexdigest()[:12]
