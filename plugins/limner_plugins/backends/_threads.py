"""Items over threads, and which threads the work of one stage may be shared out over."""

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
    """Items over threads, in order."""

    pool: ThreadPoolExecutor
    count: int

    def map(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Looks two items a thread ahead: memory stays flat however many there are. One alone is done here."""
        rest = iter(items)
        first = list(islice(rest, 2))
        if len(first) == 1:
            yield function(first[0])
            return
        yield from map_ahead(self.pool, function, chain(first, rest), 2 * self.count)


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
    return opened[-1] if opened else SerialRunner()


def _opened() -> list[Threads]:
    """Those that are open on this thread, the last one last."""
    return _HERE.opened


class _Here(threading.local):
    """A list for each thread, empty at first."""

    def __init__(self) -> None:
        self.opened: list[Threads] = []


_HERE = _Here()
