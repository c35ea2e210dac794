"""Trained parameters: painting must not silently replace them with random ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from limner.artworks.artwork import Artwork
from limner.artworks.files.training import are_trained
from limner.artworks.recipe_sources import source_artwork
from limner.composition.recipe import LayeredRecipe
from limner.errors import LimnerError
from limner.imaging.single_color import single_color
from limner.imaging.target import shrunk
from limner.registry.registry import registry
from limner.utils.arguments import is_path
from limner.utils.shell import quote_path

PREVIEW_SIDE = 64
"""The longer side of the rendering that shows whether an untrained network is blank, in pixels."""


def is_trained(artwork: Artwork) -> bool:
    """Return whether a training changed the parameters of an artwork.

    Raises:
        LimnerError: the initial parameters cannot be drawn.
    """
    return are_trained(artwork.model, artwork.theta)


def fit_command(recipe: str) -> str:
    """Return the command that fits a recipe to a picture."""
    return f"limner fit IMAGE --recipe {quote_path(recipe)}"


def training_hint(recipe: str) -> str:
    """Return what to do with an untrained network; the name of its recipe may be that of no preset and no file."""
    known = registry().has("recipe", recipe) or Path(recipe).is_file()
    return f"train it with: {fit_command(recipe if known else 'RECIPE')}"


def check_not_blank(artwork: Artwork, recipe: str) -> None:
    """Check that an untrained network paints more than a single colour.

    Args:
        artwork: the artwork of the network.
        recipe: the name of its recipe.

    Raises:
        LimnerError: a small rendering has a single colour; the message says how to train the network.
    """
    if color := single_color(artwork.render(shrunk(artwork.size, PREVIEW_SIDE))):
        raise LimnerError(
            f"{recipe}: the network is untrained and paints a single colour, {color}; {training_hint(recipe)}"
        )


def check_replaceable(source: Any) -> None:
    """Check that painting from a recipe may draw its parameters again.

    Args:
        source: the recipe, as in ``limner.paint``; only an artwork or its file has parameters that may be learned.

    Raises:
        LimnerError: a training changed its parameters; the message names what to do instead.
    """
    artwork = source_artwork(source)
    if artwork is not None:
        check_not_learned(artwork, source)


def check_not_learned(artwork: Artwork, source: Any) -> None:
    """Check that the parameters of an artwork may be drawn again.

    Args:
        artwork: the artwork.
        source: the artwork itself or its file, for the message.

    Raises:
        LimnerError: a training changed its parameters; the message names what to do instead.
    """
    if not is_trained(artwork):
        return
    layered = isinstance(artwork.recipe, LayeredRecipe)  # it cannot be fitted as a whole
    other = "blend other pictures" if layered else "fit its recipe to a picture"
    if is_path(source):
        name, command = str(source), "limner blend FILES" if layered else fit_command(str(source))
        fix = f"change its look with: limner restyle {quote_path(name)}, or {other} with: {command}"
    else:
        name = repr(artwork)
        fix = f"change its look with `limner.restyle`, or {other} with `limner.{'blend' if layered else 'fit'}`"
    raise LimnerError(f"{name}: has learned a picture, which another seed or setting would replace with noise; {fix}")
