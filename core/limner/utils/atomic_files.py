"""Files that are complete or absent: written under a temporary name and renamed."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from limner.errors import LimnerError
from limner.utils.paths import (
    check_parent,
    check_writable,
    dangling,
    described,
    destination,
    os_problem,
    output_mode,
)
from limner.utils.temporary.leftovers import lock_new, partial_path, remove_leftovers_once


def check_target(path: Path, *, force: bool, argument: str = "`path`") -> None:
    """Raise an error if a file cannot be written, before long work begins.

    Links are followed. ``argument`` is the name of the path's argument, for messages.

    Raises:
        LimnerError: the file exists and ``force`` is not set, the path is that of a folder, a device or a FIFO, or the
            folder of the file is missing or not writable.
    """
    mode = output_mode(path, argument)
    if mode is not None and stat.S_ISDIR(mode):
        raise LimnerError(f"{path}: is a folder; name a file in it with {argument}")
    if mode is not None and not stat.S_ISREG(mode):
        raise LimnerError(f"{path}: is {described(mode)}, not a file; choose another name with {argument}")
    if mode is not None and not force:
        raise LimnerError(
            f"{path}: exists already; choose another name with {argument}, or `force=True` to overwrite it"
        )
    check_parent(path, argument)
    if mode is None and path.is_symlink() and not force:
        raise LimnerError(
            f"{path}: {dangling(path)}; choose another name with {argument}, "
            "or `force=True` to write the file it leads to"
        )
    check_writable(destination(path).parent, path, argument)


@contextmanager
def atomic_write(path: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """Open a temporary binary file that is renamed to ``path`` if the block ends without an error.

    The file is open for reading and writing. If ``path`` is a link, the link stays, and the file that it leads to is
    written. A file that is replaced keeps its permissions.

    Raises:
        LimnerError: ``path`` cannot be written, or exists and ``force`` is not set.
    """
    check_target(path, force=force)
    final = destination(path)
    try:
        with _partial_file(final) as part:
            with part.open("r+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if force:
                _replace(part, final)
            else:
                _move_new(part, final)
    except OSError as error:
        raise LimnerError(f"{path}: cannot be written: {os_problem(error)}") from error


@contextmanager
def _partial_file(path: Path) -> Iterator[Path]:
    """Yield a new, empty, locked temporary file in the folder of a path; if it is still there at the end, delete it.

    Raises:
        OSError: it cannot be created.
    """
    remove_leftovers_once(path.parent)
    part, lock = partial_path(path), None
    try:
        while lock is None:
            part.touch(exist_ok=False)  # within the try, because a signal may interrupt the next line
            lock = lock_new(part)
        yield part
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if lock is not None:
            lock.release()


def _replace(part: Path, path: Path) -> None:
    """Rename a file to a path, over an existing file."""
    with suppress(OSError):
        shutil.copymode(path, part)
    try:
        part.replace(path)
    except OSError as error:
        if error.errno != errno.EBUSY or not path.is_file():
            raise
        shutil.copyfile(part, path)  # a file that is a mount point, as in containers, cannot be replaced


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
