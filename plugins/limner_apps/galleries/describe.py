"""Pieces from files: artworks are opened, and their thumbnails and downloads are written into the site."""

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
from limner_apps.galleries.captions import alt_text, color_mode, piece_id, recreate_command, stage_names
from limner_apps.galleries.discover import FoundFile, video_formats
from limner_apps.galleries.records import Piece, from_table
from limner_apps.galleries.related.fingerprints import fingerprints_of, layer_fingerprints

if TYPE_CHECKING:
    from limner.app.recipes import Recipe
    from limner.plugin import VideoFormat
    from limner_apps.galleries.site_folder import Site

BROWSER_SUFFIXES = (".png", ".webp", ".jpg", ".jpeg", ".avif", ".gif", ".apng", ".mp4", ".webm")
"""Suffixes that browsers display directly. SVG may contain scripts, so it is shown as pixels."""
BLOCK = 2**20  # bytes
MAX_THETA_COPY = 2**23
"""Maximum size of θ, in bytes, for which a site offers a separate .limner file of recipe and θ."""


def signature(path: Path) -> list[int]:
    """Return size and modification time in ns of a file, and of the .limner file with its θ, if there is one."""
    stamp: list[int] = []
    for file in (path, path.with_suffix(SUFFIX)):
        with suppress(FileNotFoundError):
            status = file.stat()
            stamp += [status.st_size, status.st_mtime_ns]
    return stamp


def source_key(file: FoundFile) -> str:
    """Return the key of a source in the record: a digest, so that the site does not reveal the path."""
    return hashlib.sha256(os.fsencode(file.real)).hexdigest()[:24]


def known_piece(file: FoundFile, stamp: list[int], site: Site) -> Piece | None:
    """Return the piece of a file from the last build; None if the file or its copies in the site have changed."""
    source = site.old.get("sources", {}).get(source_key(file))
    if not isinstance(source, list) or len(source) != 2 or source[0] != stamp:
        return None
    return _complete_piece(site, str(source[1]))


def describe(path: Path, site: Site) -> Piece:
    """Return the piece of a file, and write its files into the site unless they exist.

    Raises:
        LimnerError: the file was not made by limner, is damaged, or cannot be read.
    """
    try:
        digest = _digest(path)
        art: Artwork | None = None
        try:
            opened = art = open_artwork(path)
            recipe, video_format = opened.recipe, None
            if path.suffix.lower() == SUFFIX and any(
                _same_theta(path.with_suffix(end), opened) for end in BROWSER_SUFFIXES
            ):
                raise ForeignError(
                    f"{path}: contains the parameters of the picture of the same name, and is shown with it"
                )
        except ArtworkError as error:
            recipe, video_format = _open_movie(path, error)
        piece = _piece(path, digest, recipe, art, video=video_format is not None)
        return _complete_piece(site, piece.id) or _write_files(path, piece, site, art, video_format)
    except OSError as error:
        raise ArtworkError(f"{path}: cannot be read: {os_reason(error)}") from error


def _complete_piece(site: Site, name: str) -> Piece | None:
    """Return a piece of the last build; None if one of its files is missing."""
    piece = from_table(site.old.get("pieces", {}).get(name))
    return piece if piece is not None and piece.id == name and all(map(site.has, piece.files)) else None


def _open_movie(path: Path, error: ArtworkError) -> tuple[Recipe, VideoFormat]:
    """Return the recipe in a movie, and its format.

    Raises:
        ArtworkError: the recipe is invalid; or ``error``, if the file is not a movie with a recipe.
    """
    for cls in video_formats():
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
            except RecipeError as invalid:
                raise ArtworkError(str(invalid)) from invalid
    raise error


def _piece(path: Path, digest: str, recipe: Recipe, art: Artwork | None, *, video: bool) -> Piece:
    """Return the piece of a file, without thumbnails."""
    name, suffix = piece_id(recipe, digest), path.suffix.lower()
    file = f"art/{name}{suffix}"
    separate = art is not None and suffix != SUFFIX and _same_theta(path.with_suffix(SUFFIX), art)
    return Piece(
        id=name,
        title=recipe.title,
        summary=recipe.header.summary,
        seed=recipe.seed,
        width=recipe.size[0],
        height=recipe.size[1],
        stages=stage_names(recipe),
        color=color_mode(recipe),
        alt=alt_text(recipe) + (", movie" if video else ""),
        recipe=recipe.to_toml(),
        fingerprints=fingerprints_of(recipe, art),
        layers=layer_fingerprints(recipe, art),
        num_params=int(art.theta.size) if art else 0,
        file=file,
        theta_file=f"art/{name}{SUFFIX}" if separate else "",
        limner_file=f"theta/{name}{SUFFIX}" if _needs_limner_file(art, suffix, separate=separate) else "",
        video=video,
        command="" if video else recreate_command(name, file, recipe, art.render_settings if art else None),
    )


def _same_theta(path: Path, art: Artwork) -> bool:
    """Return whether another file contains the same θ."""
    try:
        return path.is_file() and np.array_equal(open_artwork(path).theta, art.theta)
    except LimnerError:
        return False


def _needs_limner_file(art: Artwork | None, suffix: str, *, separate: bool) -> bool:
    """Return whether the site offers a separate .limner file of recipe and θ."""
    return art is not None and suffix != SUFFIX and not separate and art.theta.nbytes <= MAX_THETA_COPY


def _write_files(path: Path, piece: Piece, site: Site, art: Artwork | None, video_format: VideoFormat | None) -> Piece:
    """Write the files of a piece, and return it with its size, view and thumbnails."""
    if video_format is not None:
        image = thumbnails.last_frame(path, video_format)
        size = image.size
    else:
        assert art is not None
        image, size = thumbnails.open_pixels(path, art)
    small = [(thumb, f"thumbs/{piece.id}-{thumb.width}.webp") for thumb in thumbnails.make_thumbnails(image)]
    for thumb, name in small:
        site.new_file(name).write_bytes(thumb.content)
    view = piece.file
    if path.suffix.lower() not in BROWSER_SUFFIXES:
        view = f"views/{piece.id}.webp"
        large = thumbnails.make_view(image)
        site.new_file(view).write_bytes(large.content)
    shutil.copyfile(path, site.new_file(piece.file))
    if piece.theta_file:
        shutil.copyfile(path.with_suffix(SUFFIX), site.new_file(piece.theta_file))
    if art is not None and piece.limner_file:
        art.save(site.new_file(piece.limner_file), force=True)
    site.write(piece.recipe_file, piece.recipe.encode("utf-8"))
    listed: list[list[Any]] = [[thumb.width, thumb.height, name] for thumb, name in small]
    color = thumbnails.mean_color(image)
    return replace(piece, width=size[0], height=size[1], view=view, mean_color=color, thumbnails=listed)


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
