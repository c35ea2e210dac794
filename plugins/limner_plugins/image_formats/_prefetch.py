"""Work on many pieces at once, in order and without running far ahead."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from limner_plugins.common.threads import available_cores, map_ahead

T = TypeVar("T")
R = TypeVar("R")

MAX_THREADS = 16


def threads() -> int:
    """How many cores this process may use, 16 at most."""
    return min(available_cores(), MAX_THREADS)


def prefetch_map(work: Callable[[T], R], items: Iterable[T]) -> Generator[R]:
    """``work`` of each item, in their order, on all cores; zlib and NumPy let go of the interpreter's lock.

    The items are taken in the caller's thread, and only a few before they are asked for: memory stays flat.
    """
    count = threads()
    with ThreadPoolExecutor(count, thread_name_prefix="limner-writer") as pool:
        yield from map_ahead(pool, work, items, 2 * count + 1)
