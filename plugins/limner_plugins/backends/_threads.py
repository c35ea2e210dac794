"""Items over threads, and which threads the work of one stage may be shared out over."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeVar

from limner.plugin import InTurn, Runner

Item = TypeVar("Item")
Result = TypeVar("Result")
_HERE = threading.local()


@dataclass(frozen=True, eq=False)
class Threads:
    """Items over threads, in order."""

    pool: ThreadPoolExecutor
    count: int

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Looks two items a thread ahead: memory stays flat however many there are. One alone is done here."""
        window: deque[Future[Result]] = deque()
        rest = iter(items)
        first = list(islice(rest, 2))
        if len(first) == 1:
            yield function(first[0])
            return
        try:
            for item in chain(first, rest):
                window.append(self.pool.submit(function, item))
                if len(window) >= 2 * self.count:
                    yield window.popleft().result()
            while window:
                yield window.popleft().result()
        finally:
            for future in window:
                future.cancel()


@contextmanager
def opened_here(threads: Threads) -> Iterator[Threads]:
    """Those that ``here`` gives on this thread, and on no other, as long as the block runs.

    Blocks may end in any order: one that a generator holds ends whenever that is thrown away.
    """
    opened = _opened()
    opened.append(threads)
    try:
        yield threads
    finally:
        opened.remove(threads)


def here() -> Runner:
    """The threads that were opened on this thread last, or none within them, where waiting could be for ever."""
    opened = _opened()
    return opened[-1] if opened else InTurn()


def _opened() -> list[Threads]:
    """Those that are open on this thread, the last one last."""
    if not hasattr(_HERE, "opened"):
        _HERE.opened = []
    found: list[Threads] = _HERE.opened
    return found
