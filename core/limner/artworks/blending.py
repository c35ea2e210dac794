"""Blend: several pictures as the layers of one artwork."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from limner.artworks.artwork import Artwork
from limner.artworks.loader import open_artwork
from limner.artworks.painting import init_artwork, packages_of
from limner.composition.parser import parse
from limner.composition.stage_choice import StageLike, swap_tables
from limner.errors import ForeignError, LimnerError
from limner.registry.attribution import attributing
from limner.registry.registry import registry
from limner.utils import arguments
from limner.utils.paths import StrPath


@attributing()
def blend(
    pictures: Sequence[StrPath | Artwork],
    mode: StageLike | None = None,
    *,
    mask: StrPath | None = None,
    size: tuple[int, int] | None = None,
) -> Artwork:
    """Blend pictures into one artwork, in which each is a layer, the first at the bottom.

        both = limner.blend(["a.png", "b.png"], "difference")
        both.save("both.png")

    A picture that limner did not make becomes a layer of pixels, which lie in θ.

    Args:
        pictures: a list of files or artworks.
        mode: a blend, ``mean`` by default: its name (``max``, ``min``, ``difference``, ...), its class or an instance.
        mask: a picture that chooses between two: the second where it is white, the first where it is black.
        size: width and height of the result, pixels; those of the first artwork by default.

    Returns:
        The artwork; its θ is the θ of the layers in order.

    Raises:
        LimnerError: a file cannot be read, there are fewer than two pictures, or the blend takes another number of
            layers.
    """
    if isinstance(pictures, str | os.PathLike | Artwork) or not isinstance(pictures, Iterable):
        raise LimnerError(
            f'`pictures`: must be a list, limner.blend(["a.png", "b.png"]), got {arguments.show_value(pictures)}'
        )
    given = list(pictures)
    if mask is not None:
        if mode not in (None, "mask"):
            raise LimnerError(f"`mask`: chooses between two pictures; leave out `mode={mode}`")
        mode, given = "mask", [*given, mask]
    if len(given) < 2:
        raise LimnerError("blend: name two pictures at the least")
    layers = [_layer(picture) for picture in given]
    own = next((layer for layer, foreign in layers if not foreign), layers[0][0])
    table: dict[str, Any] = {
        "title": " + ".join(layer.recipe.title for layer, _ in layers)[:200],
        "seed": own.seed,
        "size": list(arguments.check_ints("size", own.size if size is None else size, 2)),
        "layer": [layer.recipe.table() for layer, _ in layers],
        "blend": swap_tables("blend", mode or "mean"),
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


def _layer(picture: StrPath | Artwork) -> tuple[Artwork, bool]:
    """Return a picture as a layer, and whether limner did not make it."""
    if isinstance(picture, Artwork):
        return picture, False
    path = arguments.check_path("pictures", picture, "files or artworks")
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
        return init_artwork(parse(table, registry(), str(path))), True
