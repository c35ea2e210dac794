"""Copying the artworks that were picked in a browser into a folder."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from limner.app import LimnerError
from limner.app.files import atomic_write, check_target, is_existing_folder, os_reason
from limner_apps.galleries.records import Piece, from_table
from limner_apps.galleries.site_folder import FORMAT, NAME, read_record

MAX_BYTES = 2**26
"""Maximum size of a picks.json, in bytes."""


def pick(site: Path, picks: Path, folder: Path, *, force: bool = False) -> list[Path]:
    """Copy the picked artworks, with the separate files of their θ, if any.

    Args:
        site: the folder of the gallery.
        picks: the picks.json that the gallery exported; ``-`` is standard input.
        folder: the output folder; created if it is missing.
        force: overwrite existing files.

    Returns:
        The copied artworks, in the order of the picks.

    Raises:
        LimnerError: the file is invalid or from another gallery, nothing was picked, or a copy cannot be written.
    """
    record = read_record(site)
    table = _read(picks)
    if record.get("format") != FORMAT:
        raise LimnerError(f"{site}: was built by another version of limner; build it again")
    if table.get("site") != record.get("token"):
        raise LimnerError(f"{picks}: was not exported by {site}; name the gallery that exported it")
    names = dict.fromkeys(entry["id"] for entry in table["pieces"] if entry.get("pick") == "pick")
    chosen = [_piece(record, name, picks) for name in names]
    if not chosen:
        raise LimnerError(f"{picks}: contains no picks; press p on a piece in the gallery, and export again")
    try:
        if not is_existing_folder(folder, "`out`"):
            folder.mkdir(exist_ok=True)
    except OSError as error:
        raise LimnerError(f"{folder}: cannot be created: {os_reason(error)}") from error
    copies = [(site / name, folder / PurePosixPath(name).name) for piece in chosen for name in _files(piece)]
    for source, target in copies:
        check_target(target, force=force)
        if not source.is_file():
            raise LimnerError(f"{source}: is missing from the site; build the gallery again")
    for source, target in copies:
        with source.open("rb") as original, atomic_write(target, force=force) as copy:
            shutil.copyfileobj(original, copy)
    return [folder / PurePosixPath(piece.file).name for piece in chosen]


def _read(path: Path) -> dict[str, Any]:
    """Return the content of a picks.json."""
    try:
        text = _standard_input() if str(path) == "-" else None
        if len(text) > MAX_BYTES if text is not None else path.stat().st_size > MAX_BYTES:
            raise LimnerError(f"{path}: is too large for a picks.json")
        table = json.loads(path.read_text("utf-8") if text is None else text)
        if not isinstance(table, dict) or table.get("format") != 1:
            raise ValueError("not picks")
        if not all(isinstance(entry["id"], str) and hasattr(entry, "get") for entry in table["pieces"]):
            raise ValueError("not picks")
    except OSError as error:
        raise LimnerError(f"{path}: cannot be read: {os_reason(error)}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise LimnerError(f"{path}: is not a picks.json that a gallery exported") from error
    return table


def _standard_input() -> str:
    return sys.stdin.read(MAX_BYTES + 1) if sys.stdin else ""


def _piece(record: dict[str, Any], name: str, picks: Path) -> Piece:
    """Return a piece of the gallery whose file names are safe."""
    pieces = record.get("pieces")
    piece = from_table(pieces.get(name)) if isinstance(pieces, dict) else None
    if piece is None or not all(map(NAME.fullmatch, piece.files)):
        raise LimnerError(f"{picks}: {name[:80]!r} is not a piece of this gallery; export the picks again")
    return piece


def _files(piece: Piece) -> Iterator[str]:
    yield piece.file
    if piece.theta_file:
        yield piece.theta_file
