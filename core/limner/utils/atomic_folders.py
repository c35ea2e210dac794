"""Folders that are complete or absent: filled under a temporary name and renamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path

from limner.errors import LimnerError
from limner.utils.atomic_files import check_target, check_writable
from limner.utils.leftovers import partial_folder
from limner.utils.paths import exists, os_reason


def check_folder(path: Path, holds: str, *, force: bool, argument: str = "`path`") -> None:
    """Raise an error if a folder cannot be written, before long work begins; an empty folder may exist already.

    Args:
        path: the folder to write.
        holds: the pattern of its file names. With ``force``, only a folder whose files all match is replaced.
        force: whether to replace an existing folder.
        argument: the name of the path's argument, in backticks, for messages.

    Raises:
        LimnerError: the path exists and may not be replaced, or its parent folder is missing or not writable.
    """
    if not path.name or path.name == "..":
        raise LimnerError(f"{path}: not the name of a new folder; add a name with {argument}")
    if not path.is_dir() or path.is_symlink():
        if os.path.lexists(path):
            raise LimnerError(f"{path}: exists and is not a folder; choose another name with {argument}")
        check_target(path, force=False, argument=argument)
        return
    folders = {entry.name for entry in path.iterdir() if entry.is_dir()}  # folders that limner writes have no suffix
    names = sorted(entry.name for entry in path.iterdir())
    if names and not force:
        raise LimnerError(
            f"{path}: exists already; choose another name with {argument}, or `force=True` to overwrite it"
        )
    foreign = next((name for name in names if not fnmatchcase(name, holds) or (name in folders and "." in name)), None)
    if foreign is not None:
        raise LimnerError(f"{path}: holds {foreign!r}, which would be lost; choose another folder with {argument}")
    check_writable(path, argument)


@contextmanager
def atomic_write_folder(path: Path, holds: str, *, force: bool = False) -> Iterator[Path]:
    """Yield a temporary folder that is renamed to ``path`` if the block ends without an error; see ``check_folder``.

    Raises:
        LimnerError: ``path`` cannot be written, or may not be replaced.
    """
    try:
        check_folder(path, holds, force=force)
        with partial_folder(path) as part:
            yield part
            check_folder(path, holds, force=force)  # another program may have written to it meanwhile
            _move_in(part, path)
    except OSError as error:
        raise LimnerError(f"{path}: cannot be written: {os_reason(error)}") from error


def _move_in(part: Path, path: Path) -> None:
    """Move a folder to a path, replacing an existing folder, which is restored if the move fails."""
    if not exists(path):
        part.rename(path)
        return
    with partial_folder(path, "old") as old:  # it restores the existing folder unless there is a new one
        path.rename(old / path.name)
        part.rename(path)
