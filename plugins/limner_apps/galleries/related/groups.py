"""The relations between pieces: what the pieces of a group share, and how they differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from limner_apps.galleries.related.nodes import Node


@dataclass(frozen=True)
class Relation:
    """A relation between pieces: they share ``shared`` and differ in ``different``.

    Attributes:
        name: name of the relation in pages and in the search.
        title: heading on a page; ``{title}`` stands for the title of the piece.
        shared: key that the pieces of a group share; empty for a piece without a group.
        different: key in which relatives differ.
        unit: of pieces with the same key, only the first by ``sort_key`` is shown.
        sort_key: order of the group; neighbours are the nearest relatives.
        label: how the second piece differs from the first.
        by_difference: whether a single piece for each ``different`` is shown, and fewer differences are nearer.
    """

    name: str
    title: str
    shared: Callable[[Node], str]
    different: Callable[[Node], str]
    unit: Callable[[Node], str]
    sort_key: Callable[[Node], tuple[Any, ...]]
    label: Callable[[Node, Node], str]
    by_difference: bool = False


def _difference(node: Node, other: Node) -> str:
    """Return the settings in which another piece differs, and its seed if that differs too."""
    seed = other.entry.piece.seed
    words = node.settings.difference(other.settings)
    return words if node.entry.piece.seed == seed else f"{words}, seed {seed}"


def _identity(node: Node) -> str:
    return node.entry.piece.id


def _run(node: Node) -> str:
    return node.fingerprints["run"]


def _theta(node: Node) -> str:
    """Return the fingerprint of θ; for a movie, which has none, its id."""
    return node.fingerprints.get("theta", node.entry.piece.id)


def _unweighted(node: Node) -> str:
    """Return a key of θ, seed and recipe, regardless of conditioning weights; empty without θ."""
    theta = node.fingerprints.get("theta", "")
    return f"{theta} {node.entry.piece.seed} {node.fingerprints['unweighted']}" if theta else ""


def _file(node: Node) -> str:
    """Return size and format of the file of a piece, and what moves in a movie."""
    piece = node.entry.piece
    words = (piece.kind_of_movie, f"{piece.width} × {piece.height}", piece.file.rpartition(".")[2])
    return ", ".join(filter(None, words))


def _progress(node: Node, other: Node) -> str:
    """Return step and PSNR of another piece of the same fit."""
    piece, psnr = other.entry.piece, other.entry.scores.get("psnr")
    if piece.video:
        return f"movie, {piece.file.rpartition('.')[2]}"
    words = [f"step {other.entry.step}" if other.entry.step else "", f"{psnr:.1f} dB" if psnr is not None else ""]
    return ", ".join(filter(None, words)) or ("picture" if node.entry.piece.video else "different parameters")


def _fit(node: Node) -> str:
    """Return network and PSNR of a fit."""
    network = next((stage.split(" ")[1] for stage in node.entry.piece.stages if stage.startswith("network ")), "")
    psnr = node.entry.scores.get("psnr")
    return ", ".join(filter(None, [network, f"{psnr:.1f} dB" if psnr is not None else ""]))


def _by_settings(node: Node) -> tuple[Any, ...]:
    """Return a key that sorts by seed, then by settings; pieces with more training steps come first."""
    return (node.entry.piece.seed, node.settings.sort_key, -node.entry.step)


def _by_seed(node: Node) -> tuple[int, ...]:
    """Return a key that sorts by seed; pictures come before movies, and more training steps first."""
    return (node.entry.piece.seed, node.entry.piece.video, -node.entry.step)


RELATIONS: tuple[Relation, ...] = (
    Relation(
        "sizes",
        "Other sizes, formats and motions",
        shared=lambda node: node.fingerprints.get("picture", ""),
        different=_identity,
        unit=_identity,
        sort_key=lambda node: (node.entry.piece.width * node.entry.piece.height, node.entry.piece.id),
        label=lambda _, node: _file(node),
    ),
    Relation(
        "weights",
        "Other button weights",
        shared=_unweighted,
        different=_run,
        unit=_run,
        sort_key=_by_settings,
        label=_difference,
    ),
    Relation(
        "theta",
        "Same parameters, other settings",
        shared=lambda node: node.fingerprints.get("theta", ""),
        different=_unweighted,
        unit=_run,
        sort_key=_by_settings,
        label=_difference,
    ),
    Relation(
        "training",
        "During training",
        shared=lambda node: _run(node) if node.is_fit else "",
        different=_theta,
        unit=_theta,
        sort_key=lambda node: (node.entry.piece.video, node.entry.step, node.entry.piece.id),
        label=_progress,
    ),
    Relation(
        "seeds",
        "Other seeds",
        shared=lambda node: node.fingerprints["stages"],
        different=_run,
        unit=_run,
        sort_key=_by_seed,
        label=lambda _, node: f"seed {node.entry.piece.seed}",
    ),
    Relation(
        "variations",
        "Variations",
        shared=lambda node: "" if node.entry.piece.video else node.fingerprints["kinds"],
        different=lambda node: node.fingerprints["unweighted"],
        unit=_run,
        sort_key=_by_settings,
        label=_difference,
        by_difference=True,
    ),
    Relation(
        "pictures",
        "Same recipe, other pictures",
        shared=lambda node: "" if node.entry.piece.video else node.fingerprints.get("fit", ""),
        different=lambda node: node.entry.piece.title,
        unit=_run,
        sort_key=lambda node: (node.entry.piece.title, *_by_seed(node)),
        label=lambda _, node: node.entry.piece.title,
        by_difference=True,
    ),
    Relation(
        "fits",
        "Other fits of {title}",
        shared=lambda node: node.entry.piece.title if node.is_fit and not node.entry.piece.video else "",
        different=lambda node: node.fingerprints["kinds"],
        unit=_run,
        sort_key=lambda node: (node.fingerprints["kinds"], *_by_seed(node)),
        label=lambda _, node: _fit(node),
    ),
)
"""All relations, the closest ones first."""
