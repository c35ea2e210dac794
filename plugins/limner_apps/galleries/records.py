"""The records of a gallery: pieces, their tags, sweeps and relatives."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

EXACT_PSNR = 200.0
"""The PSNR, in dB, that stands for an exact match in the record of a fit."""


@dataclass(frozen=True)
class Piece:
    """An artwork or movie in a gallery. All files are relative to the site's folder.

    Attributes:
        id: unique id, from title, seed and digest of the file.
        title: title of the recipe.
        summary: summary of the recipe.
        seed: seed of the recipe.
        width: width of the picture in the file, in pixels.
        height: height of the picture in the file, in pixels.
        stages: role and kind of each stage, ``network mlp``; of a movie also what moves, ``motion zoom``.
        color: colour mode, or blend mode of a recipe with layers.
        alt: alternative text of the picture.
        recipe: recipe as TOML.
        fingerprints: digests that relatives share; see ``limner_apps.galleries.related.fingerprints``.
        layers: fingerprints of the layers of a blend.
        num_params: number of parameters in θ; 0 for a movie that contains none.
        file: file of the artwork or movie.
        theta_file: separate file of its θ, if the picture does not contain it.
        limner_file: file of recipe and θ without pixels, written for the site.
        view: file that the page shows.
        video: whether it is a movie.
        mean_color: mean colour, as CSS writes it, ``#8a7f70``.
        thumbnails: width, height and file of each thumbnail, smallest first.
        command: command that recreates it; empty for a movie without parameters.
        palettes: names of the palettes that its colours come from.
        scores: metrics of a fit from its file: ``psnr`` and ``loss``.
        step: training steps of a fit; 0 if it is none, or unknown.
        network: its network as a line of text, ``5 → 16 ×9 tanh → 3``; empty if there is no diagram.
        diagram: file of the diagram of its network; empty if it could not be drawn.
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
    fingerprints: dict[str, str] = field(default_factory=dict)
    layers: list[str] = field(default_factory=list)
    num_params: int = 0
    file: str = ""
    theta_file: str = ""
    limner_file: str = ""
    view: str = ""
    video: bool = False
    mean_color: str = ""
    thumbnails: list[list[Any]] = field(default_factory=list)
    command: str = ""
    palettes: list[str] = field(default_factory=list)
    scores: dict[str, float] = field(default_factory=dict)
    step: int = 0
    network: str = ""
    diagram: str = ""

    @property
    def files(self) -> list[str]:
        """Its files in the site, except its page."""
        thumbnails = [thumbnail[2] for thumbnail in self.thumbnails]
        names = [self.file, self.theta_file, self.limner_file, self.view, self.recipe_file, self.diagram, *thumbnails]
        return sorted({name for name in names if name})

    @property
    def kind_of_movie(self) -> str:
        """What moves in a movie, ``movie, zoom``; ``movie`` if that is unknown, and empty for a picture."""
        motion = next((stage.partition(" ")[2] for stage in self.stages if stage.startswith("motion ")), "")
        return ", ".join(filter(None, ("movie", motion))) if self.video else ""

    @property
    def recipe_file(self) -> str:
        """The file of its recipe."""
        return f"recipes/{self.id}.toml"

    @property
    def page(self) -> str:
        """The file of its page."""
        return f"pieces/{self.id}.html"

    def table(self) -> dict[str, Any]:
        """Return all fields as plain data."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


def from_table(table: Any) -> Piece | None:
    """Return the piece of a table; None if the table is not one of a piece."""
    try:
        return Piece(**{item.name: table[item.name] for item in fields(Piece)})
    except (KeyError, TypeError):
        return None


@dataclass(frozen=True)
class Relative:
    """A related piece, and how it differs."""

    piece: Piece
    difference: str


@dataclass(frozen=True)
class RelatedGroup:
    """The relatives of a piece by one relation.

    Attributes:
        name: name of the relation, ``seeds``.
        title: heading of the group.
        members: relatives that the page shows.
        more: number of relatives that the page does not show.
        query: search that finds all of them, ``related:0123456789ab``.
    """

    name: str
    title: str
    members: list[Relative]
    more: int
    query: str


@dataclass
class GalleryEntry:
    """A piece in the context of its gallery.

    Attributes:
        piece: the piece.
        changed: modification time of its file in seconds since the epoch; of several copies, the latest.
        tags: names of the folders that contain it.
        scores: ``psnr``, ``ssim`` and ``loss``, if known, from its sweep or its file.
        step: training step of the picture; 0 if unknown.
        sweeps: names of its sweeps, by the file of their page.
        groups: groups of relatives.
        related: keys of groups that are not shown completely, for the search.
        caption: how it differs from the other pieces of its title.
    """

    piece: Piece
    changed: int
    tags: list[str] = field(default_factory=list)
    scores: dict[str, float] = field(default_factory=dict)
    step: int = 0
    sweeps: dict[str, str] = field(default_factory=dict)
    groups: list[RelatedGroup] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    caption: str = ""
