"""Pieces from files: what a gallery knows about an artwork or a movie."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from limner.app import ArtworkError
from limner.app.artworks import SUFFIX, Artwork
from limner.app.files import os_reason
from limner_apps.galleries.discover import FoundFile
from limner_apps.galleries.pieces.clean_copies import can_be_rendered_again
from limner_apps.galleries.pieces.files import write_files
from limner_apps.galleries.pieces.opened_source import open_source, same_theta
from limner_apps.galleries.pieces.texts import (
    alt_text,
    color_mode,
    movie_command,
    palettes,
    piece_id,
    playback_stages,
    recreate_command,
    stage_names,
)
from limner_apps.galleries.records import Piece, from_table
from limner_apps.galleries.related.fingerprints import fingerprints_of, layer_fingerprints

if TYPE_CHECKING:
    from limner_apps.galleries.pieces.opened_source import OpenedSource
    from limner_apps.galleries.site_folder import Site

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
        source = open_source(path)
        picture = source.art is not None and source.video_format is None
        edited = source.renewed and picture and not can_be_rendered_again(path)
        piece = _piece(source, digest, SUFFIX if edited else source.suffix)
        return _complete_piece(site, piece.id) or _write_files(source, piece, site)
    except OSError as error:
        raise ArtworkError(f"{path}: cannot be read: {os_reason(error)}") from error


def _write_files(source: OpenedSource, piece: Piece, site: Site) -> Piece:
    """Write the files of a piece into the site, all or none."""
    try:
        return write_files(source, piece, site)
    except BaseException:
        site.discard(piece.id)
        raise


def _complete_piece(site: Site, name: str) -> Piece | None:
    """Return a piece of the last build; None if one of its files is missing."""
    piece = from_table(site.old.get("pieces", {}).get(name))
    return piece if piece is not None and piece.id == name and all(map(site.has, piece.files)) else None


def _piece(source: OpenedSource, digest: str, suffix: str) -> Piece:
    """Return the piece of a file, without thumbnails; in the site, its file has the suffix ``suffix``."""
    recipe, art, video = source.recipe, source.art, source.video_format is not None
    name = piece_id(recipe, digest)
    file = f"art/{name}{suffix}"
    training = art.training if art else None
    separate = art is not None and suffix != SUFFIX and same_theta(source.path.with_suffix(SUFFIX), art)
    return Piece(
        id=name,
        title=recipe.title,
        summary=recipe.header.summary,
        seed=recipe.seed,
        width=recipe.size[0],
        height=recipe.size[1],
        stages=stage_names(recipe) + playback_stages(source.movie.playback if source.movie else None),
        color=color_mode(recipe),
        palettes=palettes(recipe),
        alt=alt_text(recipe) + (", movie" if video else ""),
        recipe=recipe.to_toml(),
        fingerprints=fingerprints_of(recipe, art),
        layers=layer_fingerprints(recipe, art),
        num_params=int(art.theta.size) if art else 0,
        file=file,
        theta_file=f"art/{name}{SUFFIX}" if separate else "",
        limner_file=f"theta/{name}{SUFFIX}" if _needs_limner_file(art, suffix, separate=separate) else "",
        video=video,
        command=_command(source, name, file),
        scores={"psnr": training.psnr, "loss": training.loss} if training else {},
        step=training.steps if training else 0,
    )


def _command(source: OpenedSource, name: str, file: str) -> str:
    """Return the command that creates a piece again; empty for a movie without parameters."""
    if source.movie:
        return movie_command(name, file, source.movie.size)
    settings = source.art.render_settings if source.art else None
    return "" if source.video_format else recreate_command(name, file, source.recipe, settings)


def _needs_limner_file(art: Artwork | None, suffix: str, *, separate: bool) -> bool:
    """Return whether the site offers a separate .limner file of recipe and θ."""
    return art is not None and suffix != SUFFIX and not separate and art.theta.nbytes <= MAX_THETA_COPY


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
