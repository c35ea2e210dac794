"""A piece of a gallery: what a page says of an artwork, as plain data."""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from limner.app.artworks import Shown
from limner.app.recipes import LayeredRecipe, Recipe, SingleRecipe


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
    movie: bool = False
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
    """A piece from a record; None where it is none."""
    try:
        return Piece(**{one.name: table[one.name] for one in fields(Piece)})
    except (KeyError, TypeError):
        return None


def name_of(recipe: Recipe, digest: str) -> str:
    """A piece's id: letters, digits and dashes alone, so that it is a file's name and a part of an address."""
    plain = unicodedata.normalize("NFKD", recipe.title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-") or "piece"
    return f"{words}-{recipe.seed}-{digest[:10]}"


def stages_of(recipe: Recipe) -> list[str]:
    """Role and kind of each stage, each once, in the order of the model."""
    pairs = [f"{part.role} {part.kind}" for _, outer in recipe.parts() for part in outer.all()]
    return list(dict.fromkeys(pair for pair in pairs if not pair.startswith("frame ")))


def color_of(recipe: Recipe) -> str:
    """The colour mode; what blends where there are layers."""
    if isinstance(recipe, SingleRecipe):
        return recipe.color.kind
    return recipe.blend.kind if isinstance(recipe, LayeredRecipe) else ""


def alt_of(recipe: Recipe) -> str:
    """The picture in words: ``Marbling, seed 24: mlp of 8 layers, rgb``."""
    head = f"{recipe.title}, seed {recipe.seed}"
    if isinstance(recipe, LayeredRecipe):
        return f"{head}: {len(recipe.layers)} layers, blended by {recipe.blend.kind}"
    if not isinstance(recipe, SingleRecipe):
        return head
    depth = getattr(recipe.network.stage, "depth", None)
    network = recipe.network.kind + (f" of {depth} layer{'s' * (depth != 1)}" if isinstance(depth, int) else "")
    warps = "".join(f", {part.kind}" for part in recipe.warps)
    return f"{head}: {network}{warps}, {recipe.color.kind}"


def command_of(piece: str, file: str, recipe: Recipe, shown: Shown | None) -> str:
    """The command that paints a picture again: from its recipe as downloaded, or from its file where it was learned."""
    suffix = file.rpartition(".")[2]
    words = ["limner", "paint", f"{piece}.toml"] if _drawn(recipe) else ["limner", "render", f"{piece}.{suffix}"]
    suffix = "png" if suffix == "limner" else suffix
    said: Mapping[str, Any] = shown.model_dump() if shown else {"size": recipe.size}
    words += ["--size", "x".join(map(str, said["size"]))]
    if shown:
        region = shown.region
        words += ["--region", ",".join(map(str, region))] if region != (0, 0, *shown.size) else []
        words += ["--supersample", str(shown.supersample)] if shown.supersample != 1 else []
        words += ["--bits", str(shown.bits)] if shown.bits != 8 else []
        words += ["--dither", shown.dither] if shown.dither != "none" else []
        words += ["--time", f"{shown.time:g}"] if shown.time else []
    return shlex.join([*words, "-o", f"again.{suffix}"])


def _drawn(recipe: Recipe) -> bool:
    """Does θ follow from the seed alone, and from no picture that lies elsewhere?"""
    if not isinstance(recipe, SingleRecipe) or recipe.trainer:
        return False
    parts = [part for _, outer in recipe.parts() for part in outer.all()]
    return not any(getattr(part.stage, name, "") for part in parts for name in ("path", "image"))
