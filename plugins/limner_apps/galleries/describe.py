"""From a file to a piece: its artwork is opened, its thumbnails are made, and what a page needs lies in the site."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.app import ArtworkError, ForeignError, LimnerError, RecipeError
from limner.app.artworks import SUFFIX, Artwork, open_artwork
from limner.app.files import os_reason
from limner.app.recipes import parse
from limner.app.registry import registry
from limner_apps.galleries import thumbnails
from limner_apps.galleries.captions import alt_of, color_of, command_of, name_of, stages_of
from limner_apps.galleries.discover import FoundFile, movies
from limner_apps.galleries.records import Piece, from_table
from limner_apps.galleries.related.fingerprints import keys_of, layers_of

if TYPE_CHECKING:
    from limner.app.recipes import Recipe
    from limner.plugin import VideoFormat
    from limner_apps.galleries.site_folder import Site

SHOWN = (".png", ".webp", ".jpg", ".jpeg", ".avif", ".gif", ".apng", ".mp4", ".webm")
"""What browsers show as it is. SVG may hold scripts: it is shown as pixels."""
BLOCK = 2**20
MOST = 2**23
"""Bytes of θ that a site holds twice: in the picture, and by itself."""


def signature(path: Path) -> list[int]:
    """What changes when a file does, read without opening it; θ beside it belongs to it."""
    out: list[int] = []
    for one in (path, path.with_suffix(SUFFIX)):
        with suppress(FileNotFoundError):
            status = one.stat()
            out += [status.st_size, status.st_mtime_ns]
    return out


def key_of(one: FoundFile) -> str:
    """A source in a record: its path is nobody's business who sees the site."""
    return hashlib.sha256(os.fsencode(one.real)).hexdigest()[:24]


def known(one: FoundFile, sign: list[int], site: Site) -> Piece | None:
    """The piece that a file was at the last build, where neither it nor what the site holds of it has changed."""
    said = site.old.get("sources", {}).get(key_of(one))
    if not isinstance(said, list) or len(said) != 2 or said[0] != sign:
        return None
    return _whole(site, str(said[1]))


def describe(path: Path, site: Site) -> Piece:
    """A file's piece; its pictures are made where the site does not hold them yet.

    Raises:
        LimnerError: it is foreign, damaged, or cannot be read.
    """
    try:
        digest = _digest(path)
        art: Artwork | None = None
        try:
            opened = art = open_artwork(path)
            recipe, movie = opened.recipe, None
            if path.suffix.lower() == SUFFIX and any(_same(path.with_suffix(end), opened) for end in SHOWN):
                raise ForeignError(f"{path}: holds the θ of the picture beside it, and is shown with that")
        except ArtworkError as error:
            recipe, movie = _moving(path, error)
        piece = _piece(path, digest, recipe, art, moves=movie is not None)
        there = _whole(site, piece.id)
        return there or _fill(path, piece, site, art, movie)
    except OSError as error:
        raise ArtworkError(f"{path}: cannot be read: {os_reason(error)}") from error


def _whole(site: Site, name: str) -> Piece | None:
    piece = from_table(site.old.get("pieces", {}).get(name))
    return piece if piece is not None and piece.id == name and all(map(site.has, piece.files)) else None


def _moving(path: Path, error: ArtworkError) -> tuple[Recipe, VideoFormat]:
    """The recipe in a movie.

    Raises:
        ArtworkError: it is none, or holds none: the first mistake is told.
    """
    for cls in movies():
        if path.suffix.lower() not in cls.suffixes or cls.missing():
            continue
        try:
            text = cls().read_embedded(path)
            table = json.loads(text)["recipe"] if text else None
        except (ArtworkError, ValueError, KeyError, TypeError, RecursionError):
            continue
        if isinstance(table, dict):
            try:
                return parse(table, registry(), str(path)), cls()
            except RecipeError as wrong:
                raise ArtworkError(str(wrong)) from wrong
    raise error


def _piece(path: Path, digest: str, recipe: Recipe, art: Artwork | None, *, moves: bool) -> Piece:
    name, suffix = name_of(recipe, digest), path.suffix.lower()
    file = f"art/{name}{suffix}"
    there = path.with_suffix(SUFFIX)
    beside = art is not None and suffix != SUFFIX and _same(there, art)
    return Piece(
        id=name,
        title=recipe.title,
        summary=recipe.header.summary,
        seed=recipe.seed,
        width=recipe.size[0],
        height=recipe.size[1],
        stages=stages_of(recipe),
        color=color_of(recipe),
        alt=alt_of(recipe) + (", as it was learned" if moves else ""),
        recipe=recipe.to_toml(),
        keys=keys_of(recipe, art),
        layers=layers_of(recipe, art),
        theta=int(art.theta.size) if art else 0,
        file=file,
        beside=f"art/{name}{SUFFIX}" if beside else "",
        numbers=f"theta/{name}{SUFFIX}" if _lies_alone(art, suffix, beside=beside) else "",
        video=moves,
        command="" if moves else command_of(name, file, recipe, art.render_settings if art else None),
    )


def _same(path: Path, art: Artwork) -> bool:
    """Does another file hold the same θ?"""
    try:
        return path.is_file() and np.array_equal(open_artwork(path).theta, art.theta)
    except LimnerError:
        return False


def _lies_alone(art: Artwork | None, suffix: str, *, beside: bool) -> bool:
    """Is θ to be given a file of its own?"""
    return art is not None and suffix != SUFFIX and not beside and art.theta.nbytes <= MOST


def _fill(path: Path, piece: Piece, site: Site, art: Artwork | None, video_format: VideoFormat | None) -> Piece:
    """Make a piece's files."""
    if video_format is not None:
        image = thumbnails.last_of(path, video_format)
        size = image.size
    else:
        assert art is not None
        image, size = thumbnails.pixels_of(path, art)
    made = [(thumb, f"thumbs/{piece.id}-{thumb.width}.webp") for thumb in thumbnails.thumbs_of(image)]
    for thumb, name in made:
        site.place(name).write_bytes(thumb.content)
    view = piece.file
    if path.suffix.lower() not in SHOWN:
        view = f"views/{piece.id}.webp"
        large = thumbnails.stand_in(image)
        site.place(view).write_bytes(large.content)
    shutil.copyfile(path, site.place(piece.file))
    if piece.beside:
        shutil.copyfile(path.with_suffix(SUFFIX), site.place(piece.beside))
    if art is not None and piece.numbers:
        art.save(site.place(piece.numbers), force=True)
    site.put(piece.toml, piece.recipe.encode("utf-8"))
    listed: list[list[Any]] = [[thumb.width, thumb.height, name] for thumb, name in made]
    return replace(piece, width=size[0], height=size[1], view=view, tone=thumbnails.tone_of(image), thumbs=listed)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
