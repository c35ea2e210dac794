"""The files of a piece in the site: the artwork or movie, its recipe, its thumbnails, and a view for browsers."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from limner.app import LimnerError
from limner.app.artworks import SUFFIX
from limner.app.figures import diagram
from limner_apps.galleries.pieces import thumbnails
from limner_apps.galleries.pieces.clean_copies import record_copy, render_copy
from limner_apps.galleries.pieces.opened_source import BROWSER_SUFFIXES

if TYPE_CHECKING:
    from limner_apps.galleries.pieces.opened_source import OpenedSource
    from limner_apps.galleries.records import Piece
    from limner_apps.galleries.site_folder import Site


def write_files(source: OpenedSource, piece: Piece, site: Site) -> Piece:
    """Write the files of a piece, and return it with its size, view and thumbnails."""
    if source.video_format is not None:
        image = thumbnails.still_of(source.path, source.video_format, source.movie)
        size = image.size
    else:
        assert source.art is not None
        image, size = thumbnails.open_pixels(source.path, source.art)
    # Thumbnails come first: a damaged picture leaves no other file behind.
    small = [(thumb, f"thumbs/{piece.id}-{thumb.width}.webp") for thumb in thumbnails.make_thumbnails(image)]
    for thumb, name in small:
        site.new_file(name).write_bytes(thumb.content)
    view = piece.file
    if PurePosixPath(piece.file).suffix not in BROWSER_SUFFIXES:
        view = f"views/{piece.id}.webp"
        large = thumbnails.make_view(image)
        site.new_file(view).write_bytes(large.content)
    _write_artwork(source, piece, site)
    site.write(piece.recipe_file, piece.recipe.encode("utf-8"))
    piece = _with_diagram(source, piece, site)
    listed: list[list[Any]] = [[thumb.width, thumb.height, name] for thumb, name in small]
    color = thumbnails.mean_color(image)
    return replace(piece, width=size[0], height=size[1], view=view, mean_color=color, thumbnails=listed)


def _with_diagram(source: OpenedSource, piece: Piece, site: Site) -> Piece:
    """Write the diagram of a piece, without its picture, and return the piece; unchanged if a plugin cannot draw it."""
    try:
        drawn = diagram(source.art or source.recipe, transparent=True, picture=False)
    except LimnerError:
        return piece
    name = f"diagrams/{piece.id}.svg"
    site.write(name, drawn.svg.encode("utf-8"))
    return replace(piece, network=drawn.summary, diagram=name)


def _write_artwork(source: OpenedSource, piece: Piece, site: Site) -> None:
    """Write the artwork or movie and the files of its θ. A file with another recipe than the piece is not copied."""
    path, art = source.path, source.art
    if piece.theta_file and not source.renewed:
        shutil.copyfile(path.with_suffix(SUFFIX), site.new_file(piece.theta_file))
    elif piece.theta_file and art is not None:  # before the picture, which is written without θ if this file has it
        render_copy(art, site.new_file(piece.theta_file))
    if piece.limner_file and art is not None:
        render_copy(art, site.new_file(piece.limner_file))
    file = site.new_file(piece.file)
    if not source.renewed:
        shutil.copyfile(path, file)
    elif source.video_format is not None:
        record_copy(source, file)
    elif art is not None:
        render_copy(art, file)
