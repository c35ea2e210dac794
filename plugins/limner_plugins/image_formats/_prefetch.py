"""Parallel work on a stream of items, in order and with bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from limner_plugins.common.threads import available_cores, map_ahead

T = TypeVar("T")
R = TypeVar("R")

MAX_THREADS = 16


def threads() -> int:
    """Return the number of threads to use: the cores available to this process, at most 16."""
    return min(available_cores(), MAX_THREADS)


def prefetch_map(work: Callable[[T], R], items: Iterable[T]) -> Generator[R]:
    """Yield ``work(item)`` for each item, in order, computed on all cores; zlib and NumPy release the GIL.

    Items are read in the caller's thread, and only a few ahead, so that memory use stays constant.
    """
    count = threads()
    with ThreadPoolExecutor(count, thread_name_prefix="limner-writer") as pool:
        yield from map_ahead(pool, work, items, 2 * count + 1)
