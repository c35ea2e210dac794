"""Blend: several pictures as the layers of one artwork."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from limner.artworks.artwork import Artwork
from limner.artworks.loader import open_artwork
from limner.artworks.painting import draw, packages_of
from limner.errors import ForeignError
from limner.recipes.parser import parse
from limner.registry.attribution import attributing
from limner.registry.registry import registry


@attributing()
def blend(pictures: Sequence[str | Path], mode: str = "mean", *, size: tuple[int, int] | None = None) -> Artwork:
    """Return pictures as the layers of one artwork, the first at the bottom; its θ is theirs, one after the other.

    A picture that limner did not make becomes a layer of its own: its pixels, fitted to a raster that lies in θ.

    Args:
        pictures: files.
        mode: a blend's name.
        size: width and height of the result; the first artwork's where none is given.

    Raises:
        LimnerError: a file cannot be read, or the blend takes another number of layers.
    """
    layers = [_layer(Path(picture)) for picture in pictures]
    own = next((layer for layer, foreign in layers if not foreign), layers[0][0])
    table: dict[str, Any] = {
        "title": " + ".join(layer.recipe.title for layer, _ in layers)[:200],
        "seed": own.seed,
        "size": list(size or own.recipe.size),
        "layer": [layer.recipe.table() for layer, _ in layers],
        "blend": {"kind": mode},
    }
    recipe = parse(table, registry(), "blend")
    theta = np.concatenate([layer.theta for layer, _ in layers], dtype=np.float32)
    theta.flags.writeable = False
    return Artwork(recipe, theta, packages_of(recipe))


def is_foreign(path: Path) -> bool:
    """Whether a file is a picture that limner did not make.

    Raises:
        ArtworkError: it is limner's, and damaged.
    """
    try:
        open_artwork(path)
    except ForeignError:
        return True
    return False


def _layer(path: Path) -> tuple[Artwork, bool]:
    """Return a file as a layer, and whether it is a picture that limner did not make."""
    try:
        return open_artwork(path), False
    except ForeignError:
        table = {
            "title": path.stem[:200] or "Picture",
            "seed": 0,
            "encoder": [
                {
                    "kind": "image",
                    "path": str(path),
                    "channels": "rgb",
                    "blur": 0.0,
                    "width": 512,
                    "height": 512,
                }
            ],
            "network": {"kind": "identity"},
        }
        return draw(parse(table, registry(), str(path))), True
