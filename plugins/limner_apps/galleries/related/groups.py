"""The sorts of relatives: what a group of pieces shares, and what tells one apart from another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from limner_apps.galleries.related.nodes import Node


@dataclass(frozen=True)
class Relation:
    """A sort of relatives: those that share ``outer`` and not ``inner``, one of each ``unit``.

    Attributes:
        name: in pages and in the search.
        title: as a page says it; ``{title}`` is the piece's own.
        outer: the key of the group; empty for a piece that belongs to none.
        inner: pieces that share it are no relatives of this sort.
        unit: of pieces that share it, the first by ``place`` stands for all.
        place: where a piece stands in the group: those beside it are its nearest.
        said: what tells the second apart from the first.
        alike: one of each ``inner`` is enough, and the fewer differences, the nearer.
    """

    name: str
    title: str
    outer: Callable[[Node], str]
    inner: Callable[[Node], str]
    unit: Callable[[Node], str]
    place: Callable[[Node], tuple[Any, ...]]
    said: Callable[[Node, Node], str]
    alike: bool = False


def _difference(ours: Node, theirs: Node) -> str:
    seed = theirs.entry.piece.seed
    words = ours.body.told(theirs.body)
    return words if ours.entry.piece.seed == seed else f"{words}, seed {seed}"


def _identity(node: Node) -> str:
    return node.entry.piece.id


def _run(node: Node) -> str:
    return node.keys["run"]


def _theta(node: Node) -> str:
    """θ; a movie, which holds none, is by itself."""
    return node.keys.get("theta", node.entry.piece.id)


def _boarded(node: Node) -> str:
    """θ under one recipe, whatever is pressed."""
    theta = node.keys.get("theta", "")
    return f"{theta} {node.entry.piece.seed} {node.keys['board']}" if theta else ""


def _file(node: Node) -> str:
    piece = node.entry.piece
    return f"{piece.width} × {piece.height}, {piece.file.rpartition('.')[2]}"


def _moment(ours: Node, theirs: Node) -> str:
    piece, psnr = theirs.entry.piece, theirs.entry.scores.get("psnr")
    if piece.video:
        return f"the movie, {piece.file.rpartition('.')[2]}"
    words = [f"step {theirs.entry.step}" if theirs.entry.step else "", f"{psnr:.1f} dB" if psnr is not None else ""]
    return ", ".join(filter(None, words)) or ("the picture" if ours.entry.piece.video else "another θ")


def _fit(node: Node) -> str:
    network = next((stage.split(" ")[1] for stage in node.entry.piece.stages if stage.startswith("network ")), "")
    psnr = node.entry.scores.get("psnr")
    return ", ".join(filter(None, [network, f"{psnr:.1f} dB" if psnr is not None else ""]))


def _natural(node: Node) -> tuple[Any, ...]:
    """By the seed, then by the parameters; what was learned longest stands for the others."""
    return (node.entry.piece.seed, node.body.natural, -node.entry.step)


def _latest(node: Node) -> tuple[int, ...]:
    """By the seed; of one seed what was learned longest stands for it, and a picture before a movie."""
    return (node.entry.piece.seed, node.entry.piece.video, -node.entry.step)


SORTS: tuple[Relation, ...] = (
    Relation(
        "sizes",
        "Other sizes and files",
        outer=lambda node: node.keys.get("paints", ""),
        inner=_identity,
        unit=_identity,
        place=lambda node: (node.entry.piece.width * node.entry.piece.height, node.entry.piece.id),
        said=lambda _, node: _file(node),
    ),
    Relation(
        "pressed",
        "Other buttons pressed",
        outer=_boarded,
        inner=_run,
        unit=_run,
        place=_natural,
        said=_difference,
    ),
    Relation(
        "painted",
        "The same θ, painted otherwise",
        outer=lambda node: node.keys.get("theta", ""),
        inner=_boarded,
        unit=_run,
        place=_natural,
        said=_difference,
    ),
    Relation(
        "learning",
        "While it learned",
        outer=lambda node: _run(node) if node.learns else "",
        inner=_theta,
        unit=_theta,
        place=lambda node: (node.entry.piece.video, node.entry.step, node.entry.piece.id),
        said=_moment,
    ),
    Relation(
        "seeds",
        "Other seeds",
        outer=lambda node: node.keys["body"],
        inner=_run,
        unit=_run,
        place=_latest,
        said=lambda _, node: f"seed {node.entry.piece.seed}",
    ),
    Relation(
        "variations",
        "Variations",
        outer=lambda node: "" if node.entry.piece.video else node.keys["kinds"],
        inner=lambda node: node.keys["board"],
        unit=_run,
        place=_natural,
        said=_difference,
        alike=True,
    ),
    Relation(
        "pictures",
        "The same recipe, of other pictures",
        outer=lambda node: "" if node.entry.piece.video else node.keys.get("learner", ""),
        inner=lambda node: node.entry.piece.title,
        unit=_run,
        place=lambda node: (node.entry.piece.title, *_latest(node)),
        said=lambda _, node: node.entry.piece.title,
        alike=True,
    ),
    Relation(
        "fits",
        "Other fits of {title}",
        outer=lambda node: node.entry.piece.title if node.learns and not node.entry.piece.video else "",
        inner=lambda node: node.keys["kinds"],
        unit=_run,
        place=lambda node: (node.keys["kinds"], *_latest(node)),
        said=lambda _, node: _fit(node),
    ),
)
"""From the nearest relatives to the farthest."""
