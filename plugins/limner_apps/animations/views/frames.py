"""Positions on a picture, in the frame coordinates of the layers of an artwork."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from limner.app.recipes import LayeredRecipe, Recipe, SingleRecipe

if TYPE_CHECKING:
    from limner.app.artworks import Artwork

Vector: TypeAlias = tuple[float, float]
"""A position on a picture, relative to its middle: x to the right, y down, in halves of the short side."""


@dataclass(frozen=True)
class LayerFrame:
    """The frame coordinates of one layer of an artwork.

    Attributes:
        path: the path of the layer in the recipe, ``layer.0.``; empty if there is only one.
        recipe: the recipe of the layer.
        middle: the middle of the picture, in frame coordinates, ``(2,)``.
        axes: the columns are half of the short side to the right and down, ``(2, 2)``.
    """

    path: str
    recipe: SingleRecipe
    middle: np.ndarray
    axes: np.ndarray

    @property
    def handedness(self) -> float:
        """1 if the frame turns as the picture does, -1 if it is mirrored."""
        return float(np.sign(np.linalg.det(self.axes)))

    @property
    def unit(self) -> float:
        """Half of the short side, in frame coordinates."""
        return float(np.sqrt(abs(np.linalg.det(self.axes))))

    def vector(self, along: Vector) -> Vector:
        """Return a direction on the picture in frame coordinates."""
        x, y = self.axes @ along
        return float(x), float(y)

    def point(self, place: Vector) -> Vector:
        """Return a position on the picture in frame coordinates."""
        x, y = self.middle + self.axes @ place
        return float(x), float(y)

    def place(self, point: Vector) -> Vector:
        """Return the position on the picture of a point in frame coordinates."""
        x, y = np.linalg.solve(self.axes, np.asarray(point) - self.middle)
        return float(x), float(y)


def layer_frames(artwork: Artwork) -> list[LayerFrame]:
    """Return the frames of the layers of an artwork, at its size; a single one if it is no blend."""
    size, out = artwork.size, []
    pixels = np.asarray(size)[:, None] / 2.0 + min(size) / 2.0 * np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    for path, recipe in single_recipes(artwork.recipe):
        xy = np.asarray(recipe.frame.stage.forward(pixels, size))
        out.append(LayerFrame(path, recipe, xy[:, 0], xy[:, 1:] - xy[:, :1]))
    return out


def single_recipes(recipe: Recipe) -> Iterator[tuple[str, SingleRecipe]]:
    """Yield the recipes of the layers of a blend at any depth, with their paths; a single recipe yields itself."""
    if isinstance(recipe, SingleRecipe):
        yield "", recipe
    elif isinstance(recipe, LayeredRecipe):
        for i, layer in enumerate(recipe.layers):
            yield from ((f"layer.{i}.{path}", single) for path, single in single_recipes(layer))
