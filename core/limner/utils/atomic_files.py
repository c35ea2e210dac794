"""Files that are whole or not there: written beside their place and moved in."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from limner.errors import LimnerError
from limner.utils.paths import os_reason


def check_target(path: Path, *, force: bool, option: str = "-o") -> None:
    """Refuse early what could not be written in the end; ``option`` is what names the path on the command line.

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
        raise LimnerError(f"{path}: is a folder; name a file in it with {option}")
    if there and not force:
        raise LimnerError(f"{path}: exists already; choose another name with {option}, or --force to overwrite it")
    if not folder_there:
        raise LimnerError(f"{path}: there is no folder {folder}; make it first, or choose another with {option}")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise LimnerError(
            f"{path}: the folder {folder} takes no files (permission denied); choose another with {option}"
        )


@contextmanager
def replacing(path: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """A binary file, open for reading and writing, that becomes ``path`` when the block ends without an error.

    Raises:
        LimnerError: ``path`` cannot be written, or exists and ``force`` is not given.
    """
    check_target(path, force=force)
    part = path.with_name(f".limner-{secrets.token_hex(6)}.part")
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


def sweep_up(folder: Path) -> None:
    """Take away what processes that were killed left half written in a folder of ours."""
    for part in folder.glob(".limner-*.part"):
        part.unlink(missing_ok=True)


def _move_new(part: Path, path: Path) -> None:
    """Move a file in where no other has come to lie meanwhile."""
    try:
        os.link(part, path)  # the one move that never overwrites
    except FileExistsError as error:
        raise LimnerError(f"{path}: was written by somebody else meanwhile; choose another name with -o") from error
    except OSError:  # a file system without links
        part.replace(path)
