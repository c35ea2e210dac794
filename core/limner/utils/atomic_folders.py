"""Folders that are complete or absent: filled under a temporary name and renamed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path

from limner.errors import LimnerError
from limner.utils.atomic_files import check_target, check_writable, partial_path
from limner.utils.paths import exists, os_reason


def check_folder(path: Path, holds: str, *, force: bool, argument: str = "`path`") -> None:
    """Refuse early a folder that could not be written in the end; an empty one may exist already.

    Args:
        path: where to.
        holds: the pattern of its files' names: with ``force``, a folder that holds nothing else is replaced.
        force: replace what is there.
        argument: what names the path, an argument in backticks.

    Raises:
        LimnerError: something else lies there, or the folder round it is missing or takes no files.
    """
    if not path.name or path.name == "..":
        raise LimnerError(f"{path}: names no new folder; add a name with {argument}")
    if not path.is_dir() or path.is_symlink():
        if os.path.lexists(path):
            raise LimnerError(f"{path}: is no folder; choose another name with {argument}")
        check_target(path, force=False, argument=argument)
        return
    folders = {entry.name for entry in path.iterdir() if entry.is_dir()}  # ours have no ending, whatever they hold
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
    """Yield an empty folder that becomes ``path`` when the block ends without an error; see ``check_folder``.

    Raises:
        LimnerError: ``path`` cannot be written, or is not to be replaced.
    """
    try:
        check_folder(path, holds, force=force)
        part = partial_path(path)
        try:
            part.mkdir()
            yield part
            check_folder(path, holds, force=force)  # it may have been filled meanwhile
            _move_in(part, path)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise LimnerError(f"{path}: cannot be written: {os_reason(error)}") from error


def _move_in(part: Path, path: Path) -> None:
    """Put a folder in the place of another, which is put back if that fails."""
    if not exists(path):
        part.rename(path)
        return
    old = partial_path(path, "old")
    path.rename(old)
    try:
        part.rename(path)
    except OSError:
        old.rename(path)
        raise
    shutil.rmtree(old, ignore_errors=True)
