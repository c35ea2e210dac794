"""How much memory and disk space there is, and how to say so."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from limner.errors import LimnerError


def format_bytes(nbytes: float) -> str:
    """Return a number of bytes for people: ``3.2 GB``."""
    for unit in ("bytes", "kB", "MB", "GB", "TB", "PB"):
        if nbytes < 1000:
            return f"{nbytes:.0f} {unit}" if unit == "bytes" else f"{nbytes:.1f} {unit}"
        nbytes /= 1000
    return f"{nbytes:.1f} EB"


def check_disk_space(
    path: Path, nbytes: int, *, what: str = "the picture", fix: str = "choose a smaller `size`"
) -> None:
    """Refuse a file that is larger than the free space of the disk.

    Raises:
        LimnerError: ``nbytes`` are more than the disk has free.
    """
    disk = shutil.disk_usage(path.parent)
    free = disk.free
    if disk.total and nbytes > free:  # some file systems report no size
        raise LimnerError(
            f"{path}: {what} may take {format_bytes(nbytes)} and the disk has {format_bytes(free)} free; {fix}"
        )


def available_memory() -> int:
    """Return the bytes of memory that are free; 2⁶³ if the system does not say."""
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        free = int(next(line for line in lines if line.startswith("MemAvailable:")).split()[1]) * 1024
        return min(free, _cgroup_free_memory())
    with suppress(OSError, ValueError, AttributeError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return 2**63


def require_memory(need: float, what: str, fix: str, *, free: int | None = None) -> None:
    """Refuse work that needs more memory than there is.

    Args:
        need: bytes, as estimated.
        what: the work and its verb, as the figure follows it: ``painting this would take about``.
        fix: what to do instead.
        free: bytes that there are; by default those of the machine.

    Raises:
        LimnerError: ``need`` is more than ``free``; the message has both figures.
    """
    free = available_memory() if free is None else free
    if need > free:
        raise LimnerError(f"{what} {format_bytes(need)} of memory and {format_bytes(free)} are free; {fix}")


def _cgroup_free_memory() -> int:
    """Return the bytes that a container's limit leaves; 2⁶³ if there is no limit."""
    with suppress(OSError, ValueError):
        folder = Path("/sys/fs/cgroup")
        limit = (folder / "memory.max").read_text("ascii").strip()
        return int(limit) - int((folder / "memory.current").read_text("ascii"))
    return 2**63
