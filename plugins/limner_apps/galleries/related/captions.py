"""Captions that say what differs between pieces of the same title."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from limner_apps.galleries.records import EXACT_PSNR, GalleryEntry
from limner_apps.galleries.related.diff import MAX_SHOWN, MAX_VALUE_LENGTH, describe_values, differing_paths
from limner_apps.galleries.related.nodes import Node, RecipeSettings

_DETAILS: tuple[Callable[[Node], str], ...] = (
    lambda node: f"step {node.entry.step}" if node.entry.step else "",
    lambda node: f"{node.entry.piece.width} × {node.entry.piece.height}",
    lambda node: node.entry.piece.file.rpartition(".")[2],
)
"""What else may tell two pieces of one recipe and one seed apart; the next one is added only if the last did not."""


def add_captions(entries: Sequence[GalleryEntry], settings: dict[str, RecipeSettings]) -> None:
    """Set the caption of every entry: the settings, and the seed, in which pieces of its title differ.

    Args:
        entries: the entries.
        settings: the settings of their recipes that are known, by the fingerprint of their stages; it is filled.
    """
    by_title: dict[str, list[Node]] = defaultdict(list)
    for entry in entries:
        by_title[entry.piece.title].append(Node(entry, settings))
    for nodes in by_title.values():
        for node, words in zip(nodes, _differences(nodes), strict=True):
            node.entry.caption = " · ".join(filter(None, (*words, _quality(node))))


def _differences(nodes: Sequence[Node]) -> Iterator[list[str]]:
    """Yield for each of the nodes the words that tell it apart from the others; a single node has seed and colour."""
    if len(nodes) == 1:
        yield [f"seed {nodes[0].entry.piece.seed}", nodes[0].entry.piece.color, _movie(nodes[0])]
        return
    common = _common_values(nodes)
    several_seeds = len({node.entry.piece.seed for node in nodes}) > 1
    words = []
    for node in nodes:
        values = describe_values(_shown_paths(node.settings.by_path, common), node.settings.by_path)
        words.append([values, f"seed {node.entry.piece.seed}" if several_seeds else "", _movie(node)])
    for detail in _DETAILS:
        twins = Counter(map(tuple, words))
        words = [
            [*said, detail(node)] if twins[tuple(said)] > 1 else said for node, said in zip(nodes, words, strict=True)
        ]
    yield from words


def _common_values(nodes: Sequence[Node]) -> dict[str, str]:
    """Return the most frequent value of every setting that differs between nodes; of settings that name kinds first."""
    every = list({id(node.settings): node.settings.by_path for node in nodes}.values())
    paths = dict.fromkeys(chain.from_iterable(differing_paths(every[0], other) for other in every[1:]))
    counts = {path: Counter(settings.get(path, "") for settings in every) for path in paths}
    order = sorted(paths, key=lambda path: not path.endswith(".kind"))  # stable: otherwise in the order of the recipe
    return {path: counts[path].most_common(1)[0][0] for path in order}


def _shown_paths(settings: Mapping[str, str], common: Mapping[str, str]) -> list[str]:
    """Return the paths whose values a caption shows: all that differ if they are few, otherwise the unusual ones."""
    short = [path for path in common if 0 < len(settings.get(path, "")) <= MAX_VALUE_LENGTH]
    unusual = [path for path in short if settings[path] != common[path]]
    return short if len(short) <= MAX_SHOWN else (unusual or short)[:MAX_SHOWN]


def _quality(node: Node) -> str:
    """Return the PSNR, if it is known."""
    psnr = node.entry.scores.get("psnr")
    if psnr is None:
        return ""
    return f"{psnr:.1f} dB" if psnr < EXACT_PSNR else "exact"


def _movie(node: Node) -> str:
    return node.entry.piece.kind_of_movie
