"""The diagram of an artwork or a recipe. The command line and the Python API both call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.artworks.artwork import Artwork
from limner.artworks.painting import paint
from limner.artworks.recipe_sources import compose, source_artwork
from limner.artworks.third_party import name_stages_on_error
from limner.composition import overrides
from limner.composition.recipe import Recipe
from limner.errors import LimnerError
from limner.figures.diagrams.contents.recipes import contents_of, summary_of
from limner.figures.diagrams.document import draw
from limner.figures.diagrams.svg.theme import check_theme
from limner.figures.diagrams.thumbnail import picture_url
from limner.registry.attribution import attributing
from limner.utils.arguments import check_path
from limner.utils.atomic_files import atomic_write
from limner.utils.paths import StrPath

if TYPE_CHECKING:
    from limner.models.base import Model

SUFFIX = ".svg"
MAX_FLOATS = 2**11
"""The largest number of floats per pixel for which the rendering is not halved in size, for the sake of time."""
PICTURE_SIDE = 168
"""The longer side of the small rendering in a diagram, in pixels, for screens of twice the usual resolution."""


@dataclass(frozen=True)
class Diagram:
    """A drawing of a network, which notebooks display.

        limner.diagram("ink").save("ink.svg")

    Attributes:
        svg: the drawing, a complete SVG document as text.
        summary: the network as one line of text, ``5 → 16 ×9 tanh → 3``.
    """

    svg: str
    summary: str

    def __repr__(self) -> str:
        return f"<Diagram {self.summary}>"

    def __str__(self) -> str:
        return self.svg

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: StrPath, *, force: bool = False) -> None:
        """Write the drawing to an SVG file.

        Args:
            path: the file; its name ends in .svg.
            force: overwrite an existing file.

        Raises:
            LimnerError: the name has another ending, the file exists, or it cannot be written.
        """
        file = check_svg(check_path("path", path))
        with atomic_write(file, force=force) as out:
            out.write(self.svg.encode("utf-8"))


@attributing()
def diagram(
    recipe: StrPath | Artwork | Recipe | Mapping[str, Any],
    *,
    theme: str = "auto",
    transparent: bool = False,
    seed: int | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the same word as on the command line
    picture: bool = True,
) -> Diagram:
    """Draw the network of an artwork or a recipe: inputs, layers and their connections, channels and colours.

        limner.diagram("picture.png", theme="light").save("network.svg")

    Layers of at most 32 units are drawn as circles; if there are parameters, lines show their weights by strength, and
    the sign by colour. Wider layers are blocks with a number. Maps of image networks are blocks, whose height shows the
    resolution and whose depth shows the channels. Long networks leave out layers that repeat others.

    Args:
        recipe: an artwork or its file, the name of a preset, a TOML file, a ``Recipe``, or a table of settings.
        theme: ``light``, ``dark``, or ``auto``, which follows the reader's system.
        transparent: omit the background.
        seed: draws parameters for a recipe, as ``limner.paint`` does, so that lines show their weights.
        set: settings by path, ``{"network.depth": 4}``; an artwork that has learned a picture keeps its own.
        picture: show a small rendering of the artwork, if it has parameters and can be rendered.

    Returns:
        The diagram.

    Raises:
        LimnerError: the recipe, a setting or the theme is invalid.
        PluginError: a stage of an installed package failed.
    """
    checked = check_theme(theme)
    values = overrides.settings_of(set)
    art = _artwork(recipe, seed, values)
    composed = art.recipe if art else compose(recipe, values)
    with name_stages_on_error(composed, "drawing the diagram"):
        contents = contents_of(composed, parameters(art.model, art.theta) if art else {})
        if art and picture and art.model.is_renderable:
            contents = replace(contents, picture=picture_url(_rendering(art)))
        return Diagram(draw(contents, checked, transparent=transparent), contents.summary)


def _artwork(
    recipe: StrPath | Artwork | Recipe | Mapping[str, Any], seed: int | None, values: Mapping[str, Any]
) -> Artwork | None:
    """Return the artwork that has the parameters to show; None if there are none."""
    if seed is not None:
        return paint(recipe, seed=seed, set=values)
    art = source_artwork(recipe)
    return paint(art, set=values) if art and values else art


def _rendering(art: Artwork) -> np.ndarray:
    """Return a small rendering of an artwork, ``(h, w, 3 or 4)``, uint8."""
    coarse = art.model.alpha or art.model.inference_floats() > MAX_FLOATS  # a PNG, with opacity, is larger
    scale = (PICTURE_SIDE / 2 if coarse else PICTURE_SIDE) / max(art.size)
    width, height = (max(1, round(scale * side)) for side in art.size)
    return art.render((width, height))


def check_svg(path: Path) -> Path:
    """Return the path of a diagram.

    Raises:
        LimnerError: its name does not end in .svg.
    """
    if path.suffix.lower() != SUFFIX:
        kind = f"not {path.suffix}" if path.suffix else "which its name must end in"
        raise LimnerError(f"{path}: diagrams are SVG files, {kind}; use the ending .svg")
    return path


def recipe_summary(recipe: Recipe) -> str:
    """Return the networks of a recipe as one line of text, ``5 → 16 ×9 tanh → 3``; layers are joined by plus signs.

    Raises:
        LimnerError: a stage does not support what the others give.
        PluginError: a stage of an installed package failed.
    """
    with name_stages_on_error(recipe, "describing the network"):
        return summary_of(recipe)


def parameters(model: Model, theta: np.ndarray) -> dict[str, np.ndarray]:
    """Return the parameters in θ by their path, ``network.W0``."""
    params = model.layout.views(theta)
    return {name: np.asarray(params[name]) for name in params}
