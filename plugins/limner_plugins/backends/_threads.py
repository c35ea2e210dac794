"""A parallel map over threads, and the threads available to the work of one stage."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeVar

from limner.plugin import Runner, SerialRunner
from limner_plugins.common.threads import map_ahead

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Threads:
    """A parallel map over threads, in order."""

    pool: ThreadPoolExecutor
    count: int

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield the results, at most two items per thread ahead: memory stays constant. A single item runs here."""
        rest = iter(items)
        first = list(islice(rest, 2))
        if len(first) == 1:
            yield function(first[0])
            return
        yield from map_ahead(self.pool, function, chain(first, rest), 2 * self.count)


@contextmanager
def opened_here(threads: Threads) -> Iterator[Threads]:
    """Make threads available to ``here`` on this thread, and on no other, while the block runs.

    Blocks may end in any order: one held by a generator ends when the generator is discarded.
    """
    opened = _opened()
    opened.append(threads)
    try:
        yield threads
    finally:
        opened.remove(threads)


def here() -> Runner:
    """Return the threads opened last on this thread; on a worker, a serial runner, as waiting could deadlock."""
    opened = _opened()
    return opened[-1] if opened else SerialRunner()


def _opened() -> list[Threads]:
    """Return the threads open on this thread, the last one last."""
    return _HERE.opened


class _Here(threading.local):
    """A list for each thread, empty at first."""

    def __init__(self) -> None:
        self.opened: list[Threads] = []


_HERE = _Here()
