"""Available memory and disk space."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from limner.errors import LimnerError
from limner.utils.paths import destination


def format_bytes(nbytes: float) -> str:
    """Return a number of bytes as text, such as ``3.2 GB``."""
    for unit in ("bytes", "kB", "MB", "GB", "TB", "PB"):
        if nbytes < 1000:
            return f"{nbytes:.0f} {unit}" if unit == "bytes" else f"{nbytes:.1f} {unit}"
        nbytes /= 1000
    return f"{nbytes:.1f} EB"


def format_duration(seconds: float) -> str:
    """Return a duration as text, such as ``3 hours``; at least a second."""
    for unit, size in (("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    count = max(1, round(seconds))
    return f"{count} second{'s' * (count != 1)}"


def check_disk_space(
    path: Path, nbytes: int, *, what: str = "the picture", fix: str = "choose a smaller `size`"
) -> None:
    """Raise an error if a file of ``nbytes`` does not fit on the disk of ``path``.

    Args:
        path: the file to write.
        nbytes: its largest possible size, in bytes.
        what: what the file holds, for the message.
        fix: what to do instead, for the message.

    Raises:
        LimnerError: the disk has less free space.
    """
    disk = shutil.disk_usage(destination(path).parent)
    free = disk.free
    if disk.total and nbytes > free:  # some file systems report a size of 0
        raise LimnerError(
            f"{path}: {what} may take {format_bytes(nbytes)}, but the disk has {format_bytes(free)} free; {fix}"
        )


def available_memory() -> int:
    """Return the free memory in bytes; 2⁶³ if unknown."""
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        free = int(next(line for line in lines if line.startswith("MemAvailable:")).split()[1]) * 1024
        return min(free, _cgroup_free_memory())
    with suppress(OSError, ValueError, AttributeError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return 2**63


def require_memory(need: float, what: str, fix: str, *, free: int | None = None) -> None:
    """Raise an error if work needs more memory than is free.

    Args:
        need: the estimated need, in bytes.
        what: the beginning of the message, up to the need: ``rendering this would take about``.
        fix: what to do instead.
        free: the free memory, in bytes; by default that of the machine.

    Raises:
        LimnerError: ``need`` is more than ``free``; the message has both.
    """
    free = available_memory() if free is None else free
    if need > free:
        raise LimnerError(f"{what} {format_bytes(need)} of memory, but only {format_bytes(free)} are free; {fix}")


def _cgroup_free_memory() -> int:
    """Return the bytes that are left of a container's memory limit; 2⁶³ if there is no limit."""
    with suppress(OSError, ValueError):
        folder = Path("/sys/fs/cgroup")
        limit = (folder / "memory.max").read_text("ascii").strip()
        return int(limit) - int((folder / "memory.current").read_text("ascii"))
    return 2**63
