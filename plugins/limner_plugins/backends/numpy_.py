"""The backend ``numpy``."""

from __future__ import annotations

import ctypes
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Any, TypeVar

import numpy as np
from pydantic import Field

from limner.plugin import Array, Backend

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of malloc.h
Item = TypeVar("Item")
Result = TypeVar("Result")


class NumPy(Backend):
    """NumPy on all cores: a tile stays in a core's cache, each core has one, and BLAS runs one thread a tile.

    NumPy releases the interpreter lock inside its loops, so threads are enough.
    """

    threads: int = Field(default=0, ge=0, le=1024, description="tiles at once; 0 is one for each core")

    @classmethod
    def missing(cls) -> str:
        """Nothing: limner depends on NumPy."""
        return ""

    def describe(self) -> str:
        """The version and the number of threads."""
        return f"NumPy {np.__version__}, {self.parallelism()} threads"

    def xp(self) -> Any:
        """NumPy itself: it speaks the standard since 2.0."""
        return np

    def to_host(self, array: Array) -> np.ndarray:
        """The array as it is."""
        return np.asarray(array)

    def parallelism(self) -> int:
        """The number of threads."""
        return self.threads or _cores()

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """In order, over threads, looking two items a thread ahead: memory stays flat however many there are."""
        from threadpoolctl import threadpool_limits

        _keep_freed_memory()
        threads = self.parallelism()
        # One limit for the whole run, not one a call. With one thread too: BLAS splits products otherwise, and the
        # last bits of the picture would tell how many cores the machine has.
        with threadpool_limits(1):
            if threads == 1:
                yield from map(function, items)
                return
            with ThreadPoolExecutor(threads, thread_name_prefix="limner") as pool:
                window: deque[Future[Result]] = deque()
                try:
                    for item in items:
                        window.append(pool.submit(function, item))
                        if len(window) >= 2 * threads:
                            yield window.popleft().result()
                    while window:
                        yield window.popleft().result()
                finally:
                    for future in window:
                        future.cancel()


@cache
def _keep_freed_memory() -> None:
    """Ask glibc to keep freed tiles for the next ones instead of handing them back to the system.

    It would fault every page of every tile in again: measured, painting then takes 1.6 times as long. Other C
    libraries have no such call, and are left alone.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(M_TRIM_THRESHOLD, 2**28)
    mallopt(M_MMAP_THRESHOLD, 2**25)  # the most that glibc takes


def _cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
