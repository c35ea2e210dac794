"""Locks on files and folders. The system releases a lock when its process ends, even if it is killed."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from limner.errors import LimnerError

ATTEMPTS = 5
"""How often a lock is tried: a process that removes the files of killed ones holds each for a moment."""
RETRY_SECONDS = 0.02


@dataclass(frozen=True)
class PathLock:
    """A lock that this process holds.

    Attributes:
        certain: whether the lock excludes other processes; False on systems and network shares without locks.
    """

    certain: bool
    _fd: int | None = None

    def release(self) -> None:
        """Release the lock."""
        if self._fd is not None:
            os.close(self._fd)


def lock_path(path: Path, *, create: bool = False) -> PathLock | None:
    """Lock a file or a folder; return None if another process holds its lock, or has removed it meanwhile.

    Raises:
        OSError: the file cannot be opened or created.
    """
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows
        return PathLock(certain=False)
    flags = os.O_RDONLY if not create and path.is_dir() else os.O_RDWR  # network shares lock writable files only
    fd = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | (os.O_CREAT if create else 0), 0o666)
    certain = True
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        return None
    except OSError:  # a network share without locks
        certain = False
    if not _is_at(fd, path):
        os.close(fd)
        return None
    return PathLock(certain, fd)


def _is_at(fd: int, path: Path) -> bool:
    """Return whether a path still leads to an open file."""
    try:
        return os.path.samestat(os.fstat(fd), path.lstat())
    except OSError:
        return False


@contextmanager
def hold_lock(path: Path, message: str, *, remove: bool = False) -> Iterator[None]:
    """Hold the lock of a file while the block runs; create the file, and with ``remove`` delete it at the end.

    Raises:
        LimnerError: another process holds the lock; the error has this message.
        OSError: the file cannot be created.
    """
    for attempt in range(ATTEMPTS):
        lock = lock_path(path, create=True)
        if lock is not None:
            break
        time.sleep(RETRY_SECONDS * (attempt < ATTEMPTS - 1))
    else:
        raise LimnerError(message)
    try:
        yield
    finally:
        if remove:
            with suppress(OSError):
                path.unlink(missing_ok=True)  # still locked: a process that waits for it notices
        lock.release()


@contextmanager
def claim_output(path: Path, argument: str = "`path`") -> Iterator[None]:
    """Reserve an output file or folder for this process while the block runs, by a hidden file in its folder.

    A folder that is missing or not writable is not reported here, but when the output is checked or written.

    Args:
        path: the output; it need not exist.
        argument: the name of the path's argument, in backticks, for the message.

    Raises:
        LimnerError: another process has reserved the output.
    """
    message = f"{path}: another run is writing it; wait until that run ends, or choose another name with {argument}"
    with ExitStack() as stack:
        for place in _lock_files(path):
            try:
                stack.enter_context(hold_lock(place, message, remove=True))
                break
            except OSError:
                continue
        yield


def _lock_files(path: Path) -> list[Path]:
    """Return the files that may reserve an output: one next to it and, if that folder is read-only, one in it."""
    try:
        target = path.resolve()
        name = f".limner-{hashlib.sha256(os.fsencode(target.name)).hexdigest()[:12]}.lock"
        return [target.parent / name, target / name]
    except (OSError, ValueError, RuntimeError):  # not a valid path, which is reported when it is checked
        return []
