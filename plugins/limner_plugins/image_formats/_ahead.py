"""Work on many pieces at once, in order and without running far ahead."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

MAX_THREADS = 16


def threads() -> int:
    """How many cores this process may use, 16 at most."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # neither macOS nor Windows has it
        cores = os.cpu_count() or 1
    return min(cores, MAX_THREADS)


def ahead(work: Callable[[T], R], items: Iterable[T]) -> Generator[R]:
    """``work`` of each item, in their order, on all cores; zlib and NumPy let go of the interpreter's lock.

    The items are taken in the caller's thread, and only a few before they are asked for: memory stays flat.
    """
    count = threads()
    waiting: deque[Future[R]] = deque()
    with ThreadPoolExecutor(count, thread_name_prefix="limner-writer") as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > 2 * count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
