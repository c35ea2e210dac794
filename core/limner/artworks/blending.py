"""Blending: several pictures as the layers of one artwork."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from limner.artworks.artwork import Artwork
from limner.artworks.loader import open_artwork
from limner.artworks.painting import init_artwork, packages_of
from limner.composition.blend_choice import blends_opacity, check_count, kind_of, with_weights
from limner.composition.parser import parse
from limner.composition.stage_choice import StageLike, swap_tables
from limner.errors import ArtworkError, ForeignError, LimnerError
from limner.imaging.discovery import list_pictures
from limner.imaging.reader import read_picture
from limner.registry.attribution import attributing
from limner.registry.registry import registry
from limner.utils import arguments
from limner.utils.paths import StrPath

MARK = b"limner"
"""Bytes in every picture that limner made: the name of its metadata, which is never compressed."""


@attributing()
def blend(
    pictures: Sequence[StrPath | Artwork],
    mode: StageLike | None = None,
    *,
    mask: StrPath | None = None,
    weights: Sequence[float] | None = None,
    title: str | None = None,
    size: tuple[int, int] | None = None,
) -> Artwork:
    """Blend pictures into one artwork with a layer for each picture, the first at the bottom.

        both = limner.blend(["a.png", "b.png"], "difference")
        both.save("both.png")

    A picture that limner did not make becomes a raster layer, whose pixels are part of θ. A mask mixes the opacity of
    the two pictures like their colours, and ``over`` shows the pictures below through transparent areas. Other modes
    have the largest opacity of all pictures.

    Args:
        pictures: a list of files, folders or artworks, at least two pictures. A folder stands for the pictures directly
            inside, in alphabetical order.
        mode: the blend: a name (``max``, ``min``, ``difference``, ...), a class or an instance. Default: ``mean``.
        mask: a picture that selects between two pictures: the second where it is white, the first where it is black.
        weights: a weight for each picture, for modes that have weights such as ``mean``; only their ratio counts.
            Default: equal weights.
        title: the title of the result. Default: the titles of the pictures, with a plus between them.
        size: width and height of the result, in pixels. Default: the size of the first artwork.

    Returns:
        The artwork; its θ is the concatenation of the layers' θ.

    Raises:
        LimnerError: a file cannot be read, a folder has no pictures, there are fewer than two pictures, the blend
            takes another number of layers, or the weights do not fit.
    """
    if isinstance(pictures, str | os.PathLike | Artwork) or not isinstance(pictures, Iterable):
        raise LimnerError(
            f'`pictures`: must be a list, limner.blend(["a.png", "b.png"]), got {arguments.show_value(pictures)}'
        )
    sources = [source for picture in pictures for source in _expanded(picture)]
    if mask is not None:
        if mode not in (None, "mask"):
            raise LimnerError(f"`mask`: selects between two pictures and is a mode itself; omit `mode={mode}`")
        mode, sources = "mask", [*sources, mask]
    if len(sources) < 2:
        raise LimnerError("blend: needs at least two pictures; name several files, or a folder")
    blend_table = with_weights(swap_tables("blend", mode or "mean"), weights, len(sources))
    check_count(blend_table, len(sources), masked=mask is not None)
    opened = [_open(picture) for picture in sources]
    masked = kind_of(blend_table) == "mask"
    layers = _layers(opened, masked=masked, keeps_opacity=masked or blends_opacity(blend_table))
    first = next((one for one in opened if isinstance(one, Artwork)), layers[0])
    table: dict[str, Any] = {
        "title": " + ".join(layer.recipe.title for layer in layers)[:200] if title is None else title,
        "seed": first.seed,
        "size": list(arguments.check_ints("size", first.size if size is None else size, 2)),
        "layer": [layer.recipe.table() for layer in layers],
        "blend": {"opacity": "mix", **blend_table} if masked else blend_table,
    }
    recipe = parse(table, registry(), "blend")
    theta = np.concatenate([layer.theta for layer in layers], dtype=np.float32)
    theta.flags.writeable = False
    return Artwork(recipe, theta, packages_of(recipe))


def is_foreign(path: Path) -> bool:
    """Return whether a file is a picture that limner did not make.

    Raises:
        ArtworkError: limner made the picture, and it is damaged.
    """
    return _open_artwork(path) is None


def _expanded(picture: StrPath | Artwork) -> list[StrPath | Artwork]:
    """Return a picture, or the pictures in a folder; anything else is reported later.

    Raises:
        LimnerError: the folder has no pictures, or cannot be read.
    """
    if isinstance(picture, Artwork) or not arguments.is_path(picture):
        return [picture]
    name = os.fspath(picture)
    try:
        is_folder = Path(name).is_dir()
    except (OSError, ValueError):  # an invalid file name
        is_folder = False
    return [*list_pictures([name])] if is_folder else [picture]


def _open(picture: StrPath | Artwork) -> Artwork | Path:
    """Return an artwork, or the path of a picture that limner did not make."""
    if isinstance(picture, Artwork):
        return picture
    path = arguments.check_path("pictures", picture, "files or artworks")
    return _open_artwork(path) or path


def _open_artwork(path: Path) -> Artwork | None:
    """Return the artwork in a file; None for a picture that limner did not make, even if its metadata is damaged.

    Raises:
        ArtworkError: limner made the picture, and it is damaged, or the file cannot be read.
    """
    try:
        return open_artwork(path)
    except ForeignError:
        return None
    except ArtworkError:
        if _may_be_ours(path):
            raise
        return None


def _may_be_ours(path: Path) -> bool:
    """Return whether a file contains limner's mark, or cannot be read."""
    try:
        return not path.is_file() or MARK in path.read_bytes()
    except OSError:
        return True


def _layers(opened: Sequence[Artwork | Path], *, masked: bool, keeps_opacity: bool) -> list[Artwork]:
    """Return artworks and other pictures as layers; with ``masked``, the last one is a mask.

    A transparent picture keeps its opacity if it can be seen: the blend mixes it, or all pictures have one. Otherwise
    it is over white.
    """
    clear = [_has_alpha(one) for one in opened]
    keeps = [keeps_opacity or all(clear)] * len(opened)
    keeps[-1] &= not masked
    return [
        _raster_layer(one, alpha=keep and is_clear) if isinstance(one, Path) else one
        for one, keep, is_clear in zip(opened, keeps, clear, strict=True)
    ]


def _has_alpha(picture: Artwork | Path) -> bool:
    """Return whether an artwork or a picture is transparent anywhere; the decoded picture is not kept in memory."""
    if isinstance(picture, Artwork):
        return picture.model.alpha
    return read_picture(str(picture), "`pictures`").alpha is not None


def _raster_layer(path: Path, *, alpha: bool) -> Artwork:
    """Return a picture that limner did not make as an artwork whose θ contains the pixels."""
    table = {
        "title": path.stem[:200] or "Picture",
        "seed": 0,
        "encoder": [
            {
                "kind": "image",
                "path": str(path),
                "channels": "rgba" if alpha else "rgb",
                "blur": 0.0,
                "width": 512,
                "height": 512,
            }
        ],
        "network": {"kind": "identity"},
    }
    if alpha:
        table["color"] = {"kind": "rgb", "alpha": True, "opacity": "plain"}
    return init_artwork(parse(table, registry(), str(path)))
