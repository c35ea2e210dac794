"""Paths that come from users: how they are compared, and what the path of an output leads to.

An output path leads to nothing yet, a file, a folder, a link to one of them, or a device.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TypeAlias

from limner.errors import LimnerError
from limner.utils.temporary.leftovers import TEMPORARY_NAME

StrPath: TypeAlias = "str | os.PathLike[str]"
"""A path as an argument of public functions."""
LOST_AND_FOUND = "lost+found"
"""The folder that some file systems have in their root, even if they are empty."""


def exists(path: Path) -> bool:
    """Return whether a path exists; False for names that are not valid."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def real_path(path: str | Path) -> Path:
    """Return a path without links, for comparison; a cycle of links stays.

    On a file system that ignores case, paths that differ only in case get the same real path.
    """
    real = Path(os.path.realpath(path))
    return Path(str(real).casefold()) if _ignores_case(real.parent) else real


def os_reason(error: OSError | ValueError) -> str:
    """Return the message of an operating system error, without its number."""
    return getattr(error, "strerror", None) or str(error)


def os_problem(error: OSError) -> str:
    """Return the message of an operating system error, with the fix if the disk is full."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return f"{os_reason(error)}; free some space" if full else os_reason(error)


def output_mode(path: Path, argument: str) -> int | None:
    """Return the type and permissions of what a path leads to, as in ``os.stat``; None if there is nothing yet.

    Links are followed.

    Raises:
        LimnerError: the path cannot be used, because it is too long, a cycle of links, or its folder is not readable.
    """
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise LimnerError(
            f"{path}: cannot be written: {os_reason(error)}; choose another name with {argument}"
        ) from error


def destination(path: Path) -> Path:
    """Return the path itself, or the path that it leads to if it is a link."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def described(mode: int) -> str:
    """Return what a mode that is not that of a file or a folder describes, with its article."""
    for predicate, name in ((stat.S_ISFIFO, "FIFO"), (stat.S_ISSOCK, "socket")):
        if predicate(mode):
            return f"a {name}"
    return "a device"


def check_parent(path: Path, argument: str) -> None:
    """Raise an error unless the folder of a path, or of the file that it leads to if it is a link, exists.

    Raises:
        LimnerError: the folder does not exist.
    """
    folder = destination(path).parent
    if folder.is_dir():
        return
    for part in (folder, *folder.parents):
        if part.is_dir():
            break
        if part.exists():
            raise LimnerError(f"{path}: {part} is a file, not a folder; choose another folder with {argument}")
        if part.is_symlink():
            raise LimnerError(f"{path}: {part} {dangling(part)}; create it, or choose another folder with {argument}")
    raise LimnerError(f"{path}: the folder {folder} does not exist; create it, or choose another with {argument}")


def dangling(path: Path) -> str:
    """Return the problem of a link that leads to nothing."""
    return f"is a link to {destination(path)}, which does not exist"


def check_writable(folder: Path, path: Path, argument: str) -> None:
    """Raise an error if files cannot be written to a folder.

    Args:
        folder: the folder that the new file, or the new folder, is created in.
        path: the output, for the message.
        argument: the name of the path's argument, for the message.

    Raises:
        LimnerError: the folder is on a read-only file system, or its permissions forbid it.
    """
    reason = "read-only file system" if _is_read_only(folder) else "permission denied"
    if reason == "read-only file system" or not os.access(folder, os.W_OK | os.X_OK):
        raise LimnerError(f"{path}: cannot write to {folder}: {reason}; choose another folder with {argument}")


def is_existing_folder(path: Path, argument: str) -> bool:
    """Return whether a path is an existing folder, or a link to one; False if it can be created.

    Raises:
        LimnerError: the path exists and is not a folder, its parent folder is missing, or files cannot be written.
    """
    mode = output_mode(path, argument)
    if mode is None:
        check_parent(path, argument)
        if path.is_symlink():
            raise LimnerError(f"{path}: {dangling(path)}; create that folder, or choose another with {argument}")
        check_writable(path.parent, path, argument)
        return False
    if not stat.S_ISDIR(mode):
        raise LimnerError(f"{path}: exists and is not a folder; choose another name with {argument}")
    check_writable(path, path, argument)
    return True


def list_contents(folder: Path) -> list[Path]:
    """Return the sorted contents of an output folder, without what does not count.

    Temporary files of limner do not count, nor does the folder ``lost+found`` in the root of a file system.
    """
    return sorted(
        entry
        for entry in folder.iterdir()
        if not (TEMPORARY_NAME.fullmatch(entry.name) or (entry.name == LOST_AND_FOUND and entry.is_dir()))
    )


def _is_read_only(path: Path) -> bool:
    """Return whether a path is on a file system that is mounted read-only; False if unknown."""
    try:
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except (OSError, AttributeError):  # AttributeError: Windows
        return False


def _ignores_case(folder: Path) -> bool:
    """Return whether a folder, or the nearest one above it that exists, is on a file system that ignores case."""
    folder = next((one for one in (folder, *folder.parents) if exists(one)), folder)
    swapped = folder.with_name(folder.name.swapcase()) if folder.name else folder
    try:
        return swapped != folder and folder.samefile(swapped)
    except (OSError, ValueError):
        return False
