"""Files that are complete or absent: written under a temporary name and renamed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from limner.errors import LimnerError
from limner.utils.paths import os_reason


def check_target(path: Path, *, force: bool, argument: str = "`path`") -> None:
    """Refuse early what could not be written in the end; ``argument`` names the path.

    Raises:
        LimnerError: the file exists and ``force`` is not given, or its folder is missing or takes no files.
    """
    folder = path.parent
    try:
        is_folder, there = path.is_dir(), os.path.lexists(path)
        folder_there = folder.is_dir()
    except (OSError, ValueError) as error:
        raise LimnerError(f"{path}: cannot be written: {os_reason(error)}") from error
    if is_folder:
        raise LimnerError(f"{path}: is a folder; name a file in it with {argument}")
    if there and not force:
        raise LimnerError(
            f"{path}: exists already; choose another name with {argument}, or `force=True` to overwrite it"
        )
    if not folder_there:
        raise LimnerError(f"{path}: there is no folder {folder}; make it first, or choose another with {argument}")
    check_writable(path, argument)


def check_writable(path: Path, argument: str) -> None:
    """Refuse a path in a folder that takes no files.

    Raises:
        LimnerError: it takes none.
    """
    folder = path.parent
    if not os.access(folder, os.W_OK | os.X_OK):
        raise LimnerError(
            f"{path}: the folder {folder} takes no files (permission denied); choose another with {argument}"
        )


def partial_path(path: Path, ending: str = "part") -> Path:
    """Return a fresh hidden name beside a path, for what is not complete yet."""
    return path.with_name(f".limner-{secrets.token_hex(6)}.{ending}")


@contextmanager
def atomic_write(path: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """Open a binary file for reading and writing that becomes ``path`` when the block ends without an error.

    Raises:
        LimnerError: ``path`` cannot be written, or exists and ``force`` is not given.
    """
    check_target(path, force=force)
    part = partial_path(path)
    try:
        with part.open("x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if force:
            part.replace(path)
        else:
            _move_new(part, path)
    except OSError as error:
        raise LimnerError(f"{path}: cannot be written: {os_reason(error)}") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def remove_partials(folder: Path) -> None:
    """Remove what killed processes left half written in a folder of ours."""
    for part in folder.glob(".limner-*.part"):
        part.unlink(missing_ok=True)


def _move_new(part: Path, path: Path) -> None:
    """Rename a file, unless its new name has been taken meanwhile."""
    try:
        os.link(part, path)  # the one move that never overwrites
    except FileExistsError as error:
        raise LimnerError(f"{path}: was written by somebody else meanwhile; choose another name with `path`") from error
    except OSError:  # a file system without links
        part.replace(path)
