"""An entry of a gallery: a piece, and what is known of it from what lies beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from limner_apps.galleries.piece import Piece


@dataclass(frozen=True)
class Relative:
    """Another piece, and what tells it apart."""

    piece: Piece
    said: str


@dataclass(frozen=True)
class Group:
    """Relatives of one sort.

    Attributes:
        name: the sort's, ``seeds``.
        title: as the page says it.
        members: those that are shown.
        more: how many are not.
        key: what the search finds all of them by, ``kin:s0123456789abcdef``.
    """

    name: str
    title: str
    members: list[Relative]
    more: int
    key: str


@dataclass
class Entry:
    """A piece, and what is known of it besides its file.

    Attributes:
        piece: it.
        changed: when its file was, seconds; the latest where it lies in several places.
        tags: the folders that it lies in.
        scores: figures of the sweep that it belongs to.
        step: of the training that it was kept at, in that sweep; 0 where nothing is said.
        sweeps: pages of those, by their names.
        groups: its relatives.
        kin: what the search finds it by where a page shows a part of a group.
    """

    piece: Piece
    changed: int
    tags: list[str] = field(default_factory=list)
    scores: dict[str, float] = field(default_factory=dict)
    step: int = 0
    sweeps: dict[str, str] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    kin: list[str] = field(default_factory=list)
