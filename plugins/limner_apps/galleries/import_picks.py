"""Picks: what was chosen in a browser, copied into a folder."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from limner.app import LimnerError
from limner.app.files import atomic_write, check_target, os_reason
from limner_apps.galleries.records import Piece, from_table
from limner_apps.galleries.site_folder import NAME, read_record

LARGEST = 2**26
"""Bytes of a file of picks."""


def pick(site: Path, picks: Path, folder: Path, *, force: bool = False) -> list[Path]:
    """Copy the artworks that were picked; θ that lies beside one comes too.

    Args:
        site: the gallery that they were picked in.
        picks: the file that it exported; ``-`` is standard input.
        folder: where to; made where it is not there.
        force: overwrite what is there.

    Returns:
        The artworks' files, in the order of the picks.

    Raises:
        LimnerError: the file is not such a file or of another site, nothing was picked, or a copy cannot be written.
    """
    record = read_record(site)
    table = _read(picks)
    if table.get("site") != record.get("token"):
        raise LimnerError(f"{picks}: was exported by another gallery than {site}; name that one")
    names = dict.fromkeys(entry["id"] for entry in table["pieces"] if entry.get("pick") == "pick")
    chosen = [_piece(record, name, picks) for name in names]
    if not chosen:
        raise LimnerError(f"{picks}: nothing in it is picked; press p on a picture in the gallery, and export again")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise LimnerError(f"{folder}: the folder cannot be made: {os_reason(error)}") from error
    copies = [(site / name, folder / PurePosixPath(name).name) for piece in chosen for name in _files(piece)]
    for source, target in copies:
        check_target(target, force=force)
        if not source.is_file():
            raise LimnerError(f"{source}: is missing from the site; build it anew")
    for source, target in copies:
        with source.open("rb") as ours, atomic_write(target, force=force) as theirs:
            shutil.copyfileobj(ours, theirs)
    return [folder / PurePosixPath(piece.file).name for piece in chosen]


def _read(path: Path) -> dict[str, Any]:
    try:
        text = _standard_input() if str(path) == "-" else None
        if len(text) > LARGEST if text is not None else path.stat().st_size > LARGEST:
            raise LimnerError(f"{path}: is larger than picks can be")
        table = json.loads(path.read_text("utf-8") if text is None else text)
        if not isinstance(table, dict) or table.get("format") != 1:
            raise ValueError("not picks")
        if not all(isinstance(entry["id"], str) and hasattr(entry, "get") for entry in table["pieces"]):
            raise ValueError("not picks")
    except OSError as error:
        raise LimnerError(f"{path}: cannot be read: {os_reason(error)}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise LimnerError(f"{path}: is not a file of picks that a gallery exported") from error
    return table


def _standard_input() -> str:
    return sys.stdin.read(LARGEST + 1) if sys.stdin else ""


def _piece(record: dict[str, Any], name: str, picks: Path) -> Piece:
    pieces = record.get("pieces")
    piece = from_table(pieces.get(name)) if isinstance(pieces, dict) else None
    if piece is None or not all(map(NAME.fullmatch, piece.files)):
        raise LimnerError(f"{picks}: {name[:80]!r} is no piece of this gallery; export the picks anew")
    return piece


def _files(piece: Piece) -> Iterator[str]:
    yield piece.file
    if piece.beside:
        yield piece.beside
