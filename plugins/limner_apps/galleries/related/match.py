"""The search for relatives: pieces are grouped by shared fingerprints, never compared in all pairs."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from limner_apps.galleries.records import GalleryEntry, RelatedGroup, Relative
from limner_apps.galleries.related.groups import RELATIONS, Relation
from limner_apps.galleries.related.nodes import Node, RecipeSettings

MAX_SHOWN = 12
"""Maximum number of relatives in a group on a page."""
NEIGHBOURS = 2 * MAX_SHOWN
"""Number of candidates on either side among which the nearest relatives are found."""


def relate(entries: Sequence[GalleryEntry], settings: dict[str, RecipeSettings] | None = None) -> None:
    """Add groups of relatives to every entry, in O(n log n): each piece has a bounded number of candidates.

    Args:
        entries: the entries.
        settings: the settings of their recipes that are known, by the fingerprint of their stages; it is filled.
    """
    settings = {} if settings is None else settings
    nodes = [Node(entry, settings) for entry in entries]
    _add_layers(nodes)
    for relation in RELATIONS:
        _add_groups(nodes, relation)


def _add_groups(nodes: Iterable[Node], relation: Relation) -> None:
    """Add the groups of a relation to all nodes that have relatives."""
    shared: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        value = relation.shared(node)
        if value:
            shared[value].append(node)
    for value, members in shared.items():
        if len({relation.different(node) for node in members}) > 1:
            _add_group(_key(relation.name, value), sorted(members, key=relation.sort_key), relation)


def _add_group(key: str, members: list[Node], relation: Relation) -> None:
    """Add a group to each of the sorted members, which are relatives of each other."""
    first_of, variants = dict[str, Node](), dict[str, list[Node]]()
    for node in members:
        if first_of.setdefault(relation.unit(node), node) is node:
            variants.setdefault(relation.different(node), []).append(node)
    positions, shown_once = {unit: i for i, unit in enumerate(first_of)}, list(first_of.values())
    samples = [nodes[0] for nodes in variants.values()][: MAX_SHOWN + 1]  # in case all neighbours are the same variant
    incomplete = False
    for node in members:
        variant = relation.different(node)
        neighbours = _neighbours(shown_once, positions[relation.unit(node)])
        candidates = [other for other in (*neighbours, *samples) if relation.different(other) != variant]
        if relation.by_difference:
            candidates.sort(key=node.distance)
        unique: dict[str, Node] = {}
        for other in candidates:
            unique.setdefault((relation.different if relation.by_difference else relation.unit)(other), other)
        shown = sorted(list(unique.values())[:MAX_SHOWN], key=relation.sort_key)
        count = len(variants) - 1 if relation.by_difference else len(shown_once) - len(variants[variant])
        title = relation.title.replace("{title}", node.entry.piece.title)
        relatives = [Relative(other.entry.piece, relation.label(node, other)) for other in shown]
        node.entry.groups.append(RelatedGroup(relation.name, title, relatives, count - len(shown), f"related:{key}"))
        incomplete = incomplete or count > len(shown)
    if incomplete:
        for node in members:
            node.entry.related.append(key)


def _neighbours(nodes: list[Node], position: int) -> Iterator[Node]:
    """Yield the neighbours on both sides of a position, the nearest first."""
    for step in range(1, NEIGHBOURS):
        for i in (position - step, position + step):
            if 0 <= i < len(nodes):
                yield nodes[i]


def _add_layers(nodes: Sequence[Node]) -> None:
    """Add to each blend the group of its layers, and to each layer the group of the blends that use it."""
    by_picture: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        by_picture[node.fingerprints.get("picture", "")].append(node)
    blends_of: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        parts = [by_picture[layer][0] for layer in node.entry.piece.layers if layer in by_picture]
        if parts:
            _add_bounded(node, parts, "layers", "Layers", node.entry.piece.id)
        for layer in node.entry.piece.layers:
            blends_of[layer].append(node)
    for layer, blends in blends_of.items():
        for node in by_picture.get(layer, ()):
            _add_bounded(node, blends, "blends", "Used in", layer)


def _add_bounded(node: Node, others: list[Node], name: str, title: str, value: str) -> None:
    """Add a group of other nodes, of which a page shows the first ones."""
    shown = [Relative(other.entry.piece, other.entry.piece.title) for other in others[:MAX_SHOWN]]
    key = _key(name, value)
    node.entry.groups.append(RelatedGroup(name, title, shown, len(others) - len(shown), f"related:{key}"))
    if len(others) > len(shown):
        for other in others:
            if key not in other.entry.related:
                other.entry.related.append(key)


def _key(name: str, value: str) -> str:
    """Return the key of a group for the search."""
    return hashlib.sha256(f"{name} {value}".encode()).hexdigest()[:12]
