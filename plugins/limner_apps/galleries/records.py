"""The records of a gallery: pieces, and what is known of each from what lies beside it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Piece:
    """An artwork in a site.

    Attributes:
        id: of its title, its seed and its file's digest: no two pieces have the same.
        title: the recipe's.
        summary: the recipe's.
        seed: the recipe's.
        width: of the file's picture, pixels.
        height: likewise.
        stages: role and kind of each, ``network mlp``.
        color: the colour mode, or the blend.
        alt: the picture in words, made of the recipe.
        recipe: as TOML.
        keys: digests that relatives share; see ``limner_apps.galleries.related.fingerprints``.
        layers: what each of its layers paints, likewise.
        theta: numbers in θ; 0 where the file holds none.
        file: the artwork's file, in the site.
        beside: the file of its θ, where that does not lie in the picture.
        numbers: a file of recipe and θ alone, made for the site.
        view: the file that the page shows.
        movie: is it one?
        tone: the mean colour.
        thumbs: width, height and file of each.
        command: what paints it again.
    """

    id: str
    title: str
    summary: str
    seed: int
    width: int
    height: int
    stages: list[str]
    color: str
    alt: str
    recipe: str
    keys: dict[str, str] = field(default_factory=dict)
    layers: list[str] = field(default_factory=list)
    theta: int = 0
    file: str = ""
    beside: str = ""
    numbers: str = ""
    view: str = ""
    video: bool = False
    tone: str = ""
    thumbs: list[list[Any]] = field(default_factory=list)
    command: str = ""

    @property
    def files(self) -> list[str]:
        """Its files in the site, but for its page."""
        names = [self.file, self.beside, self.numbers, self.view, self.toml, *(thumb[2] for thumb in self.thumbs)]
        return sorted({name for name in names if name})

    @property
    def toml(self) -> str:
        """Where its recipe lies."""
        return f"recipes/{self.id}.toml"

    @property
    def page(self) -> str:
        """Where its page lies."""
        return f"pieces/{self.id}.html"

    def table(self) -> dict[str, Any]:
        """As plain data."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def from_table(table: Any) -> Piece | None:
    """Return the piece of a table; None if it is not one."""
    try:
        return Piece(**{one.name: table[one.name] for one in fields(Piece)})
    except (KeyError, TypeError):
        return None


@dataclass(frozen=True)
class Relative:
    """Another piece, and what tells it apart."""

    piece: Piece
    difference: str


@dataclass(frozen=True)
class RelatedGroup:
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
class GalleryEntry:
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
    groups: list[RelatedGroup] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
