"""Helpers for paths that come from users."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TypeAlias

StrPath: TypeAlias = "str | os.PathLike[str]"
"""A path as an argument of public functions."""


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


def _ignores_case(folder: Path) -> bool:
    """Return whether a folder, or the nearest one above it that exists, is on a file system that ignores case."""
    folder = next((one for one in (folder, *folder.parents) if exists(one)), folder)
    swapped = folder.with_name(folder.name.swapcase()) if folder.name else folder
    try:
        return swapped != folder and folder.samefile(swapped)
    except (OSError, ValueError):
        return False
