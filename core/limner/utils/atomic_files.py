"""Files that are complete or absent: written under a temporary name and renamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from limner.errors import LimnerError
from limner.utils.leftovers import lock_new, partial_path, remove_leftovers_once
from limner.utils.paths import os_reason


def check_target(path: Path, *, force: bool, argument: str = "`path`") -> None:
    """Raise an error if a file cannot be written, before long work begins.

    ``argument`` is the name of the path's argument, for messages.

    Raises:
        LimnerError: the file exists and ``force`` is not set, or its folder is missing or not writable.
    """
    folder = path.parent
    try:
        is_folder, exists = path.is_dir(), os.path.lexists(path)
        folder_exists = folder.is_dir()
    except (OSError, ValueError) as error:
        raise LimnerError(f"{path}: cannot be written: {os_reason(error)}") from error
    if is_folder:
        raise LimnerError(f"{path}: is a folder; name a file in it with {argument}")
    if exists and not force:
        raise LimnerError(
            f"{path}: exists already; choose another name with {argument}, or `force=True` to overwrite it"
        )
    if not folder_exists:
        raise LimnerError(f"{path}: the folder {folder} does not exist; create it, or choose another with {argument}")
    check_writable(path, argument)


def check_writable(path: Path, argument: str) -> None:
    """Raise an error if the folder of a path is not writable.

    Raises:
        LimnerError: the folder is not writable.
    """
    folder = path.parent
    if not os.access(folder, os.W_OK | os.X_OK):
        raise LimnerError(f"{path}: cannot write to {folder}: permission denied; choose another folder with {argument}")


@contextmanager
def atomic_write(path: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """Open a temporary binary file that is renamed to ``path`` if the block ends without an error.

    The file is open for reading and writing.

    Raises:
        LimnerError: ``path`` cannot be written, or exists and ``force`` is not set.
    """
    check_target(path, force=force)
    try:
        with _partial_file(path) as part:
            with part.open("r+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if force:
                part.replace(path)
            else:
                _move_new(part, path)
    except OSError as error:
        raise LimnerError(f"{path}: cannot be written: {os_reason(error)}") from error


@contextmanager
def _partial_file(path: Path) -> Iterator[Path]:
    """Yield a new, empty, locked temporary file in the folder of a path; if it is still there at the end, delete it.

    Raises:
        OSError: it cannot be created.
    """
    remove_leftovers_once(path.parent)
    lock = None
    while lock is None:
        part = partial_path(path)
        part.touch(exist_ok=False)
        lock = lock_new(part)
    try:
        yield part
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        lock.release()


def _move_new(part: Path, path: Path) -> None:
    """Rename a file, unless the new name exists by now."""
    try:
        os.link(part, path)  # unlike a rename, a link never overwrites
    except FileExistsError as error:
        raise LimnerError(
            f"{path}: another program has created it meanwhile; choose another name with `path`"
        ) from error
    except OSError:  # a file system without hard links
        part.replace(path)
