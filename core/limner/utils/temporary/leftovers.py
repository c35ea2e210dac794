"""Temporary files and folders, and the removal of those whose process was killed.

A process holds a lock on each of its temporary files and folders. The name contains an id of the running kernel, which
containers share: if it is that of this kernel, the lock decides. A file from another host, which shares a network
folder, or from before a restart is removed only if it also has not changed for a day.

The contents of a folder are replaced in two steps: the old ones move to an ``.old`` folder, then new ones move in from
a ``.new`` folder of the same number. After a kill, the first step is undone and the second is completed.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from limner.utils.temporary.locks import PathLock, lock_path

TEMPORARY_NAME = re.compile(r"\.limner-(?:([0-9a-f]{8})-)?[0-9a-f]{12}\.(part|old|new|lock)")
"""The names of temporary files: an id of the kernel, a random number, and the purpose."""
FOREIGN_AGE = 24 * 3600.0
"""Seconds after which an unchanged file from another host counts as left over."""
_CLEANED: set[str] = set()


def partial_path(path: Path, ending: str = "part") -> Path:
    """Return a new hidden file name in the folder of a path, for an incomplete file."""
    return path.with_name(f".limner-{_kernel()}-{secrets.token_hex(6)}.{ending}")


@cache
def _kernel() -> str:
    """Return an id of the running kernel; if it has none, one of the host's name."""
    name = platform.node()
    with suppress(OSError):
        name = Path("/proc/sys/kernel/random/boot_id").read_text("ascii")
    return hashlib.sha256(name.encode()).hexdigest()[:8]


def lock_new(path: Path) -> PathLock | None:
    """Lock a temporary file or folder that this process has just created; return None if another one removes it."""
    try:
        return lock_path(path)
    except FileNotFoundError:
        return None
    except OSError:
        return PathLock(certain=False)


@contextmanager
def partial_folder(path: Path) -> Iterator[Path]:
    """Yield a new hidden folder in the folder of a path; whatever it holds at the end is removed.

    Raises:
        OSError: it cannot be created.
    """
    remove_leftovers_once(path.parent)
    with _locked_folder(lambda: partial_path(path)) as part:
        yield part


@contextmanager
def old_folder(part: Path) -> Iterator[Path]:
    """Yield a new hidden folder for what the contents of a temporary folder replace; see ``remove_partial``.

    Raises:
        OSError: it cannot be created.
    """
    with _locked_folder(lambda: part.with_suffix(".old")) as old:
        yield old


@contextmanager
def _locked_folder(name: Callable[[], Path]) -> Iterator[Path]:
    lock = None
    while lock is None:
        folder = name()
        folder.mkdir()
        lock = lock_new(folder)
    try:
        yield folder
    finally:
        with suppress(OSError):
            remove_partial(folder)
        lock.release()


def remove_leftovers_once(folder: Path) -> None:
    """Remove the files of killed processes from a folder, unless this process has done so before."""
    name = str(folder.absolute())
    if name not in _CLEANED:
        _CLEANED.add(name)
        remove_partials(folder)


def remove_partials(folder: Path) -> None:
    """Remove the temporary files and folders of killed processes from a folder, and restore what they had moved away.

    Files of running processes remain, and so do files that cannot be removed.
    """
    with suppress(OSError), os.scandir(folder) as entries:
        found = [(Path(entry.path), match) for entry in entries if (match := TEMPORARY_NAME.fullmatch(entry.name))]
        for path, match in found:
            with suppress(OSError):
                _remove_if_left_over(path, same_kernel=match[1] == _kernel() or match[2] == "lock")


def _remove_if_left_over(path: Path, *, same_kernel: bool) -> None:
    lock = lock_path(path)
    if lock is None:
        return
    try:
        if (lock.certain and same_kernel) or time.time() - path.lstat().st_mtime > FOREIGN_AGE:
            remove_partial(path)
    finally:
        lock.release()


def remove_partial(path: Path) -> None:
    """Remove a temporary file or folder; complete or undo the replacement of a folder's contents.

    Raises:
        OSError: it cannot be removed, completed or undone.
    """
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    if path.suffix == ".new" or (path.suffix == ".old" and not path.with_suffix(".new").exists()):
        for entry in path.iterdir():
            if not os.path.lexists(path.with_name(entry.name)):
                entry.rename(path.with_name(entry.name))
    if path.suffix == ".new":
        shutil.rmtree(path.with_suffix(".old"), ignore_errors=True)  # first: without a .new folder, it is restored
    shutil.rmtree(path, ignore_errors=True)
